#include "tools/simulator/uri.hpp"

#include <algorithm>
#include <charconv>

namespace simulator {

target_parts split_target(std::string_view target)
{
    const auto mark = target.find('?');
    if (mark == std::string_view::npos) return {.path = target, .query = {}};
    return {.path = target.substr(0, mark), .query = target.substr(mark + 1)};
}

std::string percent_decoded(std::string_view text)
{
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        unsigned code = 0;
        const auto* digits = text.data() + at + 1;
        if (text[at] == '%' && at + 2 < text.size() &&
            std::from_chars(digits, digits + 2, code, 16).ptr == digits + 2) {
            decoded.push_back(static_cast<char>(code));
            at += 2;
        } else {
            decoded.push_back(text[at]);
        }
    }
    return decoded;
}

std::optional<std::string> query_value(std::string_view query, std::string_view name)
{
    while (!query.empty()) {
        const auto pair = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(query.size(), pair.size() + 1));

        const auto equals = std::min(pair.find('='), pair.size());
        if (pair.substr(0, equals) != name) continue;
        std::string value{pair.substr(std::min(equals + 1, pair.size()))};
        std::ranges::replace(value, '+', ' ');
        return percent_decoded(value);
    }
    return std::nullopt;
}

}  // namespace simulator
