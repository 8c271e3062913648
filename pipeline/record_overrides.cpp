#include "pipeline/record_overrides.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "pipeline/header_lookup.hpp"
#include "pipeline/json_document.hpp"
#include "pipeline/malformed.hpp"

namespace pipeline {
namespace {

/// The words for a header. A name that no route can allow is not repeated: it may be anything.
std::string words_for(std::string_view name)
{
    constexpr std::size_t longest = 64;
    constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    if (name.empty() || name.size() > longest || name.find_first_not_of(plain) != name.npos)
        return "a header " + std::string{override_header} + " with a name that no parameter has";
    return "the header " + std::string{override_header} + std::string{name};
}

result<request_parameter> read_value(const header& from, std::string_view name)
{
    if (!from.value) return malformed("malformed_override", words_for(name) + " has no value");
    const auto document = json_document::parse(*from.value);
    if (!document) return malformed("malformed_override", words_for(name) + ' ' + document.error().detail());
    request_parameter made{std::string{name}, {}, request_parameter::source::header};
    append_compact(made.json, document->root());
    return made;
}

}  // namespace

result<std::vector<request_parameter>> record_overrides::read(const record& source) const
{
    std::vector<request_parameter> found;
    for (const auto& each : source.headers) {
        if (!each.name.starts_with(override_header)) continue;
        const auto name = std::string_view{each.name}.substr(override_header.size());
        if (std::find(allowed_->begin(), allowed_->end(), name) == allowed_->end())
            return malformed("override_refused", words_for(name) + " is not among the route's \"overrides\"");
        if (&each != last_header(source, each.name)) continue;
        auto made = read_value(each, name);
        if (!made) return made.error();
        found.push_back(*std::move(made));
    }
    return found;
}

}  // namespace pipeline
