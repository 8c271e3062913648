#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>

#include "pipeline/gate.hpp"

namespace pipeline {

/// How many calls to have under way at a server without a quota: as many as still bring something.
///
/// A server that works on its requests together gets more done the more of them it has, until it is busy;
/// from then on each only waits longer (Little's law). So it is throughput that is looked at, and latency
/// only as what makes it: a window of calls at one limit is compared with one at another. More calls are
/// worth having where throughput rises by at least 0.15 % for each percent of them. A server whose calls take
/// a + b·n seconds while n are under way is so taken to 85 % of what it can do, one with n places to
/// just these n.
///
/// It starts at the least and doubles while that is worth it. Then it looks half a doubling to either side,
/// goes on in a direction that proves right, and rests for sixteen windows where neither does, or until
/// throughput is another by a quarter. Where more than one call in ten of a window fails, or times out, a
/// quarter is taken off at once, and no more before the server has answered again: one that is away is for
/// the circuit breaker. A refusal for quota says nothing here. Windows in which the limit was not what
/// limited are not looked at.
class concurrency_limit {
public:
    /// 0 < least <= most; it stays where it is if they are the same.
    concurrency_limit(std::size_t least, std::size_t most)
        : least_{least}, most_{most}, limit_{least}, base_at_{least}
    {}

    [[nodiscard]] std::size_t most_calls() const { return limit_; }
    /// A call that gates let through has ended.
    void ended(const call_report& call, config::time_point now);

private:
    enum class phase {
        growing,  ///< doubles
        base,     ///< measures what the next trial is compared with
        trial,    ///< measures the trial
        resting   ///< neither way is better
    };
    /// Throughput at a limit; the unit is that of the reservations a second.
    struct window {
        std::optional<config::time_point> opened_at;
        config::time_point last_at;
        double work = 0;
        double seconds = 0;  ///< that its calls took, all together
        std::size_t calls = 0;
        std::size_t failed = 0;
    };

    void count(const call_report& call, config::time_point now);
    [[nodiscard]] bool is_over() const;
    [[nodiscard]] bool is_failing() const;
    void back_off(config::time_point now);
    void judge(double throughput, config::time_point now);
    void after_growth(double throughput);
    void after_trial(double throughput);
    void after_rest(double throughput);
    void try_next();
    void turn();
    [[nodiscard]] std::size_t beside(std::size_t limit) const;
    void move_to(std::size_t limit) { limit_ = std::clamp(limit, least_, most_); }

    std::size_t least_;
    std::size_t most_;
    std::size_t limit_;
    config::time_point since_ = config::time_point::min();  ///< calls from before are not of this window
    window now_;
    phase phase_ = phase::growing;
    bool is_answered_ = false;  ///< since the last time that it backed off
    bool is_upwards_ = true;
    bool has_turned_ = false;  ///< the other way was not better
    std::size_t base_at_;
    std::optional<double> base_;  ///< throughput at base_at_
    int rest_ = 0;                ///< windows left
};

}  // namespace pipeline
