#include "worker/service_error.hpp"

#include <rapidjson/document.h>

namespace worker {

namespace {

constexpr std::size_t longest_document = 64 * 1024;
constexpr std::size_t longest_text = 1024;

/// The member of that name; null where `object` is no object or has none.
const rapidjson::Value& member(const rapidjson::Value& object, const char* name)
{
    static const rapidjson::Value null;
    if (!object.IsObject()) return null;
    const auto found = object.FindMember(name);
    return found == object.MemberEnd() ? null : found->value;
}

const rapidjson::Value& either(const rapidjson::Value& object, const char* name, const char* other_name)
{
    const auto& found = member(object, name);
    return found.IsNull() ? member(object, other_name) : found;
}

std::string word(const rapidjson::Value& value)
{
    if (value.IsString()) return {value.GetString(), value.GetStringLength()};
    if (value.IsInt64()) return std::to_string(value.GetInt64());
    return {};
}

/// FastAPI lists what it found wrong; the first entry is enough to know what to look at.
std::string detail_text(const rapidjson::Value& detail)
{
    if (detail.IsString()) return word(detail);
    if (detail.IsArray() && !detail.Empty()) return word(member(detail[0], "msg"));
    return word(either(detail, "message", "msg"));
}

service_error read_document(const rapidjson::Value& document)
{
    const auto& error = member(document, "error");
    const auto& source = error.IsObject() ? error : document;

    service_error found{
        .code = word(either(source, "code", "statusCode")),
        .type = word(either(source, "type", "error_type")),
        .inner_code = word(member(either(source, "innererror", "inner_error"), "code")),
        .message = word(member(source, "message")),
    };
    if (found.message.empty()) found.message = word(error);
    if (found.message.empty()) found.message = detail_text(member(document, "detail"));
    return found;
}

/// What a page of HTML is called says more than how it begins.
std::string_view title_or_text(std::string_view page)
{
    constexpr std::string_view opening = "<title>";
    if (const auto begin = page.find(opening); begin != std::string_view::npos) {
        const auto title = page.substr(begin + opening.size());
        if (const auto end = title.find('<'); end != std::string_view::npos) return title.substr(0, end);
    }
    return page;
}

}  // namespace

service_error read_service_error(std::string_view body)
{
    if (body.size() <= longest_document) {
        rapidjson::Document document;
        // Iterative, because a body may be nothing but opening brackets.
        document.Parse<rapidjson::kParseIterativeFlag>(body.data(), body.size());
        if (!document.HasParseError() && document.IsObject()) return read_document(document);
    }
    service_error unread;
    unread.message = title_or_text(body.substr(0, longest_text));
    return unread;
}

}  // namespace worker
