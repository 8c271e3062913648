#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>

#include "config/settings.hpp"
#include "pipeline/pacing.hpp"

namespace pipeline {

/// The meters of all quotas: one for each deployment that has a quota of its own, and one for each pool.
///
/// Two deployments whose service counts them together would each find the other's calls in what answers say
/// is left, and take them for somebody else's: together they would claim the quota twice, and give way to
/// each other. So what is counted together is metered together. Must outlive its deployments.
class quota_pools {
public:
    /// `seed` and `now` are for a meter that is new.
    [[nodiscard]] pacing& meter_of(const config::deployment_settings& settings, std::uint64_t seed,
                                   config::time_point now)
    {
        if (!settings.pool) return meters_.emplace_back(settings.quota, seed, now);
        auto& pooled = pools_[*settings.pool];
        if (!pooled) pooled = &meters_.emplace_back(settings.quota, seed, now);
        return *pooled;
    }

private:
    std::deque<pacing> meters_;
    std::map<std::string, pacing*> pools_;
};

}  // namespace pipeline
