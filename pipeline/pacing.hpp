#pragma once

#include <cstdint>
#include <optional>
#include <random>

#include "config/settings.hpp"
#include "pipeline/charge_log.hpp"
#include "pipeline/gate.hpp"
#include "pipeline/others_use.hpp"
#include "pipeline/own_limit.hpp"
#include "pipeline/packing_margin.hpp"
#include "pipeline/refill_watch.hpp"
#include "pipeline/request_spacing.hpp"

namespace pipeline {

/// Uses all of a deployment's tokens and requests per minute with hardly a refusal, however many workers
/// share them, without a word between the workers.
///
/// What has to be met is a memory, not a queue: each charge counts for the 60 s after it. So
///
/// 1. a mirror of our own charges (`charge_log`) is held below our part of the quota: the share of the
///    partitions that are ours, less a margin for what independent workers leave or overdraw together
///    (`packing_margin`). This alone reaches 98 % with 16 workers, and needs nothing of the service;
/// 2. what answers say of the limits tells what all others hold (`others_use`): what they
///    leave is taken over and given back (`own_limit`), and nothing is sent that would
///    not fit now;
/// 3. charges leave evenly, at a sixtieth of the limit in each second: a burst or a gap would come back every
///    minute for ever, since its charges all leave together. The pace is a credit that is paid afterwards, so
///    that an idle worker sends at once;
/// 4. requests are spaced evenly too, within their own limit (`request_spacing`);
/// 5. a refusal raises the margin and nothing more. How long to stay away is for `circuit_breaker` to say.
///
/// Services that refill by another rule than the rolling minute are told by `refill_watch`; the mirror is
/// right for all of them, only too careful for some. A limit is what was configured, or less where the
/// service says less; without configuration it is what the service says, and where it says nothing all
/// passes.
///
/// A charge worth sending is near a 140th of the quota, by the root of our share: larger ones cannot be
/// packed well (the loss is about 1.4 times the root mean square of the charges times the root of the number
/// of workers), smaller ones may use up requests before tokens. A call that costs more than the whole limit
/// passes alone, and counts as the whole limit.
class pacing final : public gate {
public:
    pacing(const config::quota_settings& quota, std::uint64_t seed, config::time_point now);

    [[nodiscard]] allowance offer(const charge_wish& wish, config::time_point now) override;
    void take(config::tokens cost, config::time_point now) override;
    void settle(const call_report& ended, config::time_point now) override;
    /// Broken off by us: the service has charged it all the same.
    void give_back(config::tokens) override {}

    /// Which part of the quota is ours, in (0, 1].
    void set_share(double share, config::time_point now);
    /// Whether tokens or requests are limited, by configuration or by what the service has said.
    [[nodiscard]] bool knows_a_limit() const { return limit_ || requests_.limit(); }

private:
    void advance(config::time_point now);
    void pay(config::time_point now);
    [[nodiscard]] double room(double held, config::time_point now) const;
    [[nodiscard]] bool may_pass_over_oldest(const charge_wish& wish, double room, config::time_point now);
    [[nodiscard]] allowance nothing_until(config::time_point when);
    [[nodiscard]] double per_second() const;
    [[nodiscard]] double worthwhile_charge() const;
    [[nodiscard]] double usable() const { return *limit_ * (1 - margin_now_); }
    [[nodiscard]] own_limit::circumstances circumstances(config::time_point now);

    void learn(const call_report& ended, config::time_point now);
    void learn_remaining(double limit, double remaining, const call_report& from, config::time_point now);
    void set_limit(double tokens);
    void refused(const call_report& ended, config::time_point now);

    config::quota_settings configured_;
    std::optional<double> limit_;  // tokens a minute
    double share_ = 1;
    std::minstd_rand random_;

    charge_log charges_;
    others_use others_;
    refill_watch refill_;
    packing_margin margin_;
    double margin_now_ = 0;  // as a part of the limit
    own_limit own_;
    request_spacing requests_;

    double credit_ = 0;  // tokens; negative: the next call waits
    double lent_ = 0;    // of what idle others leave, above our own limit
    config::time_point began_at_;
    config::time_point advanced_at_;
    config::time_point paid_at_;
    config::time_point asked_at_;
    config::time_point waits_until_ = config::time_point::min();
    config::time_point oldest_waits_since_ = config::time_point::max();
};

}  // namespace pipeline
