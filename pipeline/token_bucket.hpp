#pragma once

#include <optional>

#include "config/settings.hpp"
#include "pipeline/gate.hpp"

namespace pipeline {

/// Keeps a deployment within tokens and requests per minute.
///
/// Two buckets that fill continuously at a sixtieth of the quota per second (the rule that OpenAI's
/// own limiter follows: what is missing divided by the rate is exactly its "try again in"). They start
/// with the room of a few seconds only: a service that counts over a rolling minute would otherwise see
/// a whole minute's quota at once and a second one flowing in behind it.
///
/// The bucket opens for a charge worth sending: a smooth stream of charges near a 140th of the quota, and
/// never so small that requests run out before tokens; less only where less waits.
///
/// A batch above the whole quota passes alone from a full bucket and leaves a debt. The level after a
/// settlement may be negative too: what a call cost more than estimated is paid back before the next.
/// A call that failed or was broken off may have been charged all the same, so its reservation stays
/// taken; but what it reserved above the whole quota cannot have been: one absurd max_tokens, which the
/// service refuses, must not stop the deployment for days.
class token_bucket final : public gate {
public:
    token_bucket(const config::quota_settings& quota, config::time_point now);

    [[nodiscard]] allowance offer(const charge_wish& wish, config::time_point now) override;
    void take(config::tokens cost, config::time_point now) override;
    void settle(const call_report& ended, config::time_point now) override;
    void give_back(config::tokens reserved) override;

private:
    // Levels in units, with fractions: at 6 requests a minute a tick of the clock gains 1e-10 of one.
    struct bucket {
        double per_second;
        double capacity;
        double level;
        void gain(double units);
        /// At most an hour, after which one may ask again in vain.
        [[nodiscard]] config::duration until(double wanted) const;
    };
    void refill(config::time_point now);

    std::optional<bucket> tokens_;
    std::optional<bucket> requests_;
    double worthwhile_charge_ = 1;
    config::time_point refilled_at_;
};

}  // namespace pipeline
