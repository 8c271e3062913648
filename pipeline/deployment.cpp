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

std::vector<deployment*> by_tiers(const std::vector<deployment*>& all)
{
    const auto is_better = [](const deployment* a, const deployment* b) {
        return a->settings().tier < b->settings().tier;
    };
    std::vector<deployment*> ordered;
    for (auto* each : all)
        ordered.insert(std::upper_bound(ordered.begin(), ordered.end(), each, is_better), each);
    return ordered;
}

}  // namespace pipeline
