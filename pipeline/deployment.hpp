#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "config/settings.hpp"
#include "pipeline/call_slots.hpp"
#include "pipeline/circuit_breaker.hpp"
#include "pipeline/fair_shares.hpp"
#include "pipeline/pacing.hpp"
#include "pipeline/ports.hpp"
#include "pipeline/service_health.hpp"
#include "pipeline/token_ratio.hpp"

namespace pipeline {

/// One model behind one endpoint, with the gates that its calls must pass.
/// Pinned: lanes and permits refer to it.
class deployment {
public:
    /// Everything given must outlive it; `pace` is the meter of its quota (see quota_pools).
    deployment(const config::deployment_settings& settings, model_endpoint& endpoint, pacing& pace,
               std::uint64_t seed)
        : settings_{&settings},
          endpoint_{&endpoint},
          breaker_{seed},
          slots_{settings.min_concurrency.value_or(settings.max_concurrency), settings.max_concurrency},
          pace_{&pace},
          max_inputs_{settings.max_inputs}
    {}
    deployment(const deployment&) = delete;
    deployment& operator=(const deployment&) = delete;

    [[nodiscard]] const config::deployment_settings& settings() const { return *settings_; }
    [[nodiscard]] model_endpoint& endpoint() const { return *endpoint_; }
    [[nodiscard]] const circuit_breaker& breaker() const { return breaker_; }
    [[nodiscard]] const call_slots& slots() const { return slots_; }

    /// What all gates together let through now; the reason is that of the first that does not.
    [[nodiscard]] allowance offer(const charge_wish& wish, config::time_point now);
    [[nodiscard]] std::array<gate*, 3> gates() { return {&breaker_, &slots_, pace_}; }

    /// Which part of the quota is this worker's, in (0, 1]: 1 where that is not known.
    void set_share(double share, config::time_point now) { pace_->set_share(share, now); }
    /// Refusals for quota are exceptions: it is kept to, and not one that is refilled as calls end.
    [[nodiscard]] bool is_paced() const { return !settings_->provisioned && pace_->knows_a_limit(); }

    /// The most inputs of one request: as configured, or less once the service has said so.
    [[nodiscard]] std::size_t max_inputs() const { return max_inputs_; }
    void learn_max_inputs(std::size_t limit) { max_inputs_ = std::clamp<std::size_t>(limit, 1, max_inputs_); }

    /// How many tokens the texts of each route have here.
    [[nodiscard]] token_ratios& ratios() { return ratios_; }
    [[nodiscard]] const token_ratios& ratios() const { return ratios_; }

    /// Whose texts go next here.
    [[nodiscard]] fair_shares& shares() { return shares_; }

    /// Calls answered so far: whether the service is well for others is told from its change.
    [[nodiscard]] std::uint64_t answers() const { return answers_; }
    void answered() { ++answers_; }
    /// Whether failures count against what was sent. It is to be told of calls with what has not failed
    /// before.
    [[nodiscard]] service_health& health() { return health_; }

private:
    const config::deployment_settings* settings_;
    model_endpoint* endpoint_;
    circuit_breaker breaker_;
    call_slots slots_;
    pacing* pace_;
    std::size_t max_inputs_;
    token_ratios ratios_;
    fair_shares shares_;
    service_health health_;
    std::uint64_t answers_ = 0;
};

/// In the order in which they are asked: by tiers, and within one as they are given.
[[nodiscard]] std::vector<deployment*> by_tiers(const std::vector<deployment*>& all);

/// The right to one call: taken from all gates at once, given back when the call is settled or, where it
/// was broken off, when this goes.
class [[nodiscard]] permit {
public:
    permit(deployment& where, config::tokens cost, config::time_point now)
        : where_{&where}, cost_{cost}, taken_at_{now}
    {
        for (auto* each : where.gates()) each->take(cost, now);
    }
    permit(permit&& other) noexcept
        : where_{std::exchange(other.where_, nullptr)}, cost_{other.cost_}, taken_at_{other.taken_at_}
    {}
    permit& operator=(permit&&) = delete;
    ~permit()
    {
        if (!where_) return;
        for (auto* each : where_->gates()) each->give_back(cost_);
    }

    /// The call has ended: `why` is null after a success, `said` where nothing was answered.
    void settle(const failure* why, std::int64_t billed_tokens, const quota_notice* said,
                config::time_point now)
    {
        const call_report ended{taken_at_, cost_, why, billed_tokens, said, where_->is_paced()};
        for (auto* each : std::exchange(where_, nullptr)->gates()) each->settle(ended, now);
    }

private:
    deployment* where_;
    config::tokens cost_;
    config::time_point taken_at_;
};

}  // namespace pipeline
