#include "config/settings.hpp"

#include <algorithm>
#include <stdexcept>

namespace config {

const deployment_settings& settings::deployment(const std::string& name) const
{
    const auto found = std::find_if(deployments.begin(), deployments.end(),
                                    [&](const deployment_settings& each) { return each.name == name; });
    if (found == deployments.end()) throw std::logic_error{"no deployment is named " + name};
    return *found;
}

bool route_settings::leaves_to_records(std::string_view member) const
{
    return std::find(overrides.begin(), overrides.end(), member) != overrides.end();
}

}  // namespace config
