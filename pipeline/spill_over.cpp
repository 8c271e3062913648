#include "pipeline/spill_over.hpp"

#include <algorithm>

#include "pipeline/deployment.hpp"

namespace pipeline {

config::time_point spills_at(const std::vector<deployment*>& served_by, const deployment& where,
                             config::time_point waits_since, config::duration spill_after,
                             config::time_point now)
{
    const auto tier_of = [](const deployment* each) { return each->settings().tier; };
    auto waited_for = 0;
    auto opens_at = config::time_point::max();  // the first of the better ones
    for (auto tier = served_by.begin(); tier != served_by.end() && tier_of(*tier) < tier_of(&where);) {
        const auto next =
            std::find_if(tier, served_by.end(), [&](auto* each) { return tier_of(each) != tier_of(*tier); });
        auto is_up = false;
        for (; tier != next; ++tier) {
            const auto& breaker = (*tier)->breaker();
            if (breaker.is_failing()) continue;
            is_up = true;
            opens_at = std::min(opens_at, breaker.closed_until());
        }
        if (is_up) ++waited_for;
    }
    const auto wait_ends = waits_since + waited_for * spill_after;
    return waited_for == 0 || opens_at >= wait_ends ? std::min(wait_ends, now) : wait_ends;
}

}  // namespace pipeline
