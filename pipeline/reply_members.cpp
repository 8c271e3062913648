#include "pipeline/reply_members.hpp"

#include <cstdint>

#include "pipeline/json_text.hpp"
#include "pipeline/reply_slots.hpp"
#include "pipeline/reply_usage.hpp"
#include "pipeline/utf8.hpp"

namespace pipeline {
namespace {

/// A number of tokens; zero where it is absent or makes no sense.
std::int64_t count_member(const json_value& object, std::string_view name)
{
    const auto found = object.member(name);
    return found ? billed_tokens(found->integer().value_or(0)) : 0;
}

}  // namespace

std::string_view text_member(const json_value& object, std::string_view name)
{
    const auto found = object.member(name);
    return found ? found->text() : std::string_view{};
}

usage usage_member(const json_value& root, std::string_view in, std::string_view out)
{
    const auto billed = root.member("usage");
    if (!billed) return {};
    return complete(
        {count_member(*billed, in), count_member(*billed, out), count_member(*billed, "total_tokens")});
}

std::optional<json_value> present(std::optional<json_value> value)
{
    return value && !value->is(json_kind::null) ? value : std::nullopt;
}

std::string keep_members(const json_value& object, std::span<const std::string_view> names)
{
    std::string kept;
    for (const auto name : names) {
        const auto value = present(object.member(name));
        if (!value) continue;
        if (!kept.empty()) kept += ',';
        append_json_string(kept, name);
        kept += ':';
        append_compact(kept, *value);
    }
    return kept;
}

failure error_in_200(const json_value& error)
{
    const auto message = error.is(json_kind::string) ? error.text() : text_member(error, "message");
    return unusable("error_in_200", "status 200 with an error: " + quoted_message(message));
}

std::string quoted_message(std::string_view message)
{
    constexpr std::size_t longest = 300;
    return std::string{utf8_prefix(message, longest)};
}

}  // namespace pipeline
