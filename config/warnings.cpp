#include "config/warnings.hpp"

namespace config {

std::vector<std::string> warnings_about(const settings& what)
{
    std::vector<std::string> warnings;
    for (const auto& route : what.routes) {
        if (route.order == order_rule::none && route.tombstones == tombstone_rule::forward)
            warnings.push_back(
                "routes." + route.name +
                ": with \"order\": \"none\" a deletion may be published before the result of an "
                "older record of its key, which would then stay; use \"order\": \"key\"");
    }
    return warnings;
}

}  // namespace config
