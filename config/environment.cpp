#include "config/environment.hpp"

#include <rapidjson/encodings.h>
#include <rapidjson/memorystream.h>

#include <algorithm>
#include <cstdlib>

namespace config {
namespace {

struct discarded {
    void Put(char) {}
};

bool is_utf8(const std::string& text)
{
    rapidjson::MemoryStream stream{text.data(), text.size()};
    discarded nowhere;
    while (stream.Tell() < text.size())
        if (!rapidjson::UTF8<>::Validate(stream, nowhere)) return false;
    return true;
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

}  // namespace

variable_lookup process_environment()
{
    return [](std::string_view name) -> std::optional<std::string> {
        const char* value = std::getenv(std::string{name}.c_str());
        if (value == nullptr) return std::nullopt;
        return value;
    };
}

bool is_variable_name(std::string_view name)
{
    return !name.empty() && is_letter(name.front()) && std::all_of(name.begin(), name.end(), [](char c) {
        return is_letter(c) || (c >= '0' && c <= '9');
    });
}

std::variant<std::string, text_error> expand(std::string_view text, const variable_lookup& variables)
{
    std::string result;
    std::size_t done = 0;
    while (done < text.size()) {
        const auto at = std::min(text.find("${", done), text.size());
        result += text.substr(done, at - done);
        done = at;
        if (at == text.size()) break;
        if (at > 0 && text[at - 1] == '$') {
            result += '{';
            done = at + 2;
            continue;
        }
        const auto end = text.find('}', at);
        const auto name = end == text.npos ? std::string_view{} : text.substr(at + 2, end - at - 2);
        if (!is_variable_name(name))
            return text_error{at, "has a ${ that is not ${NAME}; write $${ for a literal ${"};
        auto value = variables(name);
        if (!value)
            return text_error{at, "needs the environment variable " + std::string{name} +
                                      ", which is not set; write $${ for a literal ${"};
        if (!is_utf8(*value))
            return text_error{
                at, "needs the environment variable " + std::string{name} + ", whose value is not UTF-8"};
        result += *value;
        done = end + 1;
    }
    return result;
}

}  // namespace config
