#include "pipeline/deployment.hpp"

namespace pipeline {

allowance deployment::offer(const charge_wish& wish, config::time_point now)
{
    auto all = allowance::everything();
    for (auto* each : gates()) {
        const auto offered = each->offer(wish, now);
        if (offered.most == config::tokens{0}) return offered;
        if (offered.most < all.most) {
            all.most = offered.most;
            all.reason = offered.reason;
        }
        all.oversized_alone = all.oversized_alone && offered.oversized_alone;
    }
    return all;
}

}  // namespace pipeline
