#pragma once

#include <optional>
#include <string>

#include "pipeline/backoff.hpp"
#include "pipeline/gate.hpp"

namespace pipeline {

/// Keeps calls away from a deployment that asked for it, that fails, or that cannot be used at all.
///
/// - Throttled: closed for as long as the service said, else for a backoff that grows with each refusal
///   in a row. Nothing else is concluded from it. Where we keep to a known quota, others may have been
///   quicker: the first two refusals in a row are noise and cost half a second, whatever the service asks
///   for; three without an answer between mean that it is closed. (What the quota learns from it is for
///   `pacing` to say.)
/// - Transient failures: a single one says nothing. From the second in a row without a success between,
///   the deployment counts as out: closed for a backoff of up to four seconds, then one probe at a time until
///   one succeeds. So work is back within ten seconds of the service, however long it was away.
/// - Stopped (key, name, network, money): closed at once and loudly, probed once a minute, because roles
///   take minutes to arrive and money does get topped up. A probe that fails in another way than this has
///   mended nothing; a 429 has, because the service looks at key and name first.
///
/// A call that had started before the breaker closed says nothing new. Its failure belongs to what closed
/// it and does not lengthen the pause (eight calls that fail together are one failure), its success does
/// not open it, and no probe waits for it. Only the pause that a late 429 asks for is kept to, as long as
/// nothing worse is known.
class circuit_breaker final : public gate {
public:
    explicit circuit_breaker(std::uint64_t seed) : pause_{seed} {}

    [[nodiscard]] allowance offer(const charge_wish& wish, config::time_point now) override;
    void take(config::tokens cost, config::time_point now) override;
    void settle(const call_report& ended, config::time_point now) override;
    void give_back(config::tokens reserved) override;

    [[nodiscard]] bool is_stopped() const { return reason_ == gate_reason::stopped; }
    /// Nothing but probes passes until one of them succeeds.
    [[nodiscard]] bool is_failing() const { return wants_probe(); }
    /// Nothing at all passes before that; min(): not known of any such time.
    [[nodiscard]] config::time_point closed_until() const { return closed_until_; }
    [[nodiscard]] gate_reason reason() const { return reason_; }

private:
    [[nodiscard]] bool wants_probe() const
    {
        return reason_ == gate_reason::outage || reason_ == gate_reason::stopped;
    }
    [[nodiscard]] config::duration pause_after(const call_report& throttled);
    void close(gate_reason why, config::duration pause, config::time_point now);

    backoff pause_;
    gate_reason reason_ = gate_reason::open;
    config::time_point closed_at_ = config::time_point::min();
    config::time_point closed_until_ = config::time_point::min();
    int failures_in_a_row_ = 0;
    int refusals_in_a_row_ = 0;
    bool probing_ = false;  // a probe is in flight
};

}  // namespace pipeline
