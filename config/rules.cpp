#include "config/rules.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace config {
namespace {

/// The member or element of that name; null where there is none.
const node* child(const node& of, std::string_view name)
{
    if (of.is != node::kind::array) return of.find(name);
    std::size_t index = 0;
    const auto* end = name.data() + name.size();
    const auto [rest, error] = std::from_chars(name.data(), end, index);
    if (error != std::errc{} || rest != end || index >= of.elements.size()) return nullptr;
    return &of.elements[index];
}

}  // namespace

void check_rules(const settings& what, const node& file, problem_list& problems)
{
    const inspection rules{what, file, problems};
    check_kafka(rules);
    check_deployments(rules);
    check_routes(rules);
    check_topics(rules);
}

const deployment_settings* inspection::find_deployment(std::string_view name) const
{
    const auto& all = settings_->deployments;
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const deployment_settings& each) { return each.name == name; });
    return found == all.end() ? nullptr : &*found;
}

const node* inspection::find(path at) const
{
    const node* here = file_;
    for (const auto name : at) {
        here = child(*here, name);
        if (here == nullptr) return nullptr;
    }
    return here;
}

bool inspection::sound(path at) const
{
    const auto* found = find(at);
    return found != nullptr && !problems_->concerns(found->path);
}

const node& inspection::innermost(path at) const
{
    const node* here = file_;
    for (const auto name : at) {
        const auto* next = child(*here, name);
        if (next == nullptr) break;
        here = next;
    }
    return *here;
}

void inspection::report(path at, std::string message) const
{
    const auto& place = innermost(at);
    problems_->report(place.offset, place.path, std::move(message));
}

}  // namespace config
