#include "pipeline/carried_headers.hpp"

#include <algorithm>
#include <utility>

namespace pipeline {
namespace {

bool matches(std::string_view pattern, std::string_view name)
{
    if (!pattern.ends_with('*')) return name == pattern;
    return name.starts_with(pattern.substr(0, pattern.size() - 1));
}

}  // namespace

bool carried_headers::take(std::string_view name) const
{
    const auto& patterns = route_->headers;
    return !name.starts_with("batchmill-") &&
           std::any_of(patterns.begin(), patterns.end(),
                       [&](const std::string& each) { return matches(each, name); });
}

void carried_headers::add_to(std::vector<message>& messages, const record& source) const
{
    if (route_->headers.empty() || source.headers.empty()) return;
    for (auto& each : messages) {
        if (each.topic == route_->dead_letters) continue;
        header_list all;
        for (const auto& one : source.headers)
            if (take(one.name)) all.add(one);
        for (const auto& one : each.headers) all.add(one.name, one.value);
        each.headers = std::move(all);
    }
}

}  // namespace pipeline
