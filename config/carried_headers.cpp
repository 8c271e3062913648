#include "config/sections.hpp"

namespace config {
namespace {

bool is_header_pattern(std::string_view pattern)
{
    constexpr std::size_t longest = 256;
    const auto star = pattern.find('*');
    return pattern.size() <= longest && (star == pattern.npos || star + 1 == pattern.size());
}

}  // namespace

void read_headers(const node& from, const value_reader& values, std::vector<std::string>& into)
{
    std::vector<std::string> patterns;
    if (!values.read(from, patterns)) return;
    for (std::size_t i = 0; i < patterns.size(); ++i) {
        const auto& at = nth(from, i);
        if (!is_header_pattern(patterns[i]))
            values.report(at, "must be the name of a header, or the beginning of names and a * at its end");
        else if (patterns[i].starts_with("batchmill-"))
            values.report(
                at, "may not be carried over: headers batchmill-… say what happened to a message itself");
        else
            into.push_back(std::move(patterns[i]));
    }
}

}  // namespace config
