#include "config/warnings.hpp"

#include <algorithm>

namespace config {

namespace {

bool has_one_tier(const settings& what, const route_settings& route)
{
    const auto first = what.deployment(route.deployments.front()).tier;
    return std::all_of(route.deployments.begin(), route.deployments.end(),
                       [&](const std::string& name) { return what.deployment(name).tier == first; });
}

}  // namespace

std::vector<std::string> warnings_about(const settings& what)
{
    std::vector<std::string> warnings;
    for (const auto& route : what.routes) {
        if (route.order == order_rule::none && route.tombstones == tombstone_rule::forward)
            warnings.push_back(
                "routes." + route.name +
                ": with \"order\": \"none\" a deletion may be published before the result of an "
                "older record of its key, which would then stay; use \"order\": \"key\"");
        if (route.spill_after != route_settings{}.spill_after && has_one_tier(what, route))
            warnings.push_back(
                "routes." + route.name +
                ": \"spill_after\" means nothing, because all its deployments are of one tier; give "
                "those that are to wait a higher \"tier\"");
    }
    return warnings;
}

}  // namespace config
