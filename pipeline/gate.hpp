#pragma once

#include <string_view>

#include "config/units.hpp"
#include "pipeline/failure.hpp"
#include "pipeline/quota_notice.hpp"

namespace pipeline {

/// Why nothing may be sent now. Operators see these words and no others.
enum class gate_reason {
    open,
    quota,      ///< tokens or requests per minute are used up
    slots,      ///< as many calls in flight as are allowed
    throttled,  ///< the service asked us to stay away
    outage,     ///< the service fails; the next call is a probe
    stopped     ///< key, name, network or money: waits for the operator, probed now and then
};

[[nodiscard]] std::string_view name_of(gate_reason why) noexcept;

/// What a gate lets through now.
struct allowance {
    /// The most that the next batch may be charged with; zero: nothing passes.
    config::tokens most{};
    /// A single part passes whatever it costs: a request above the whole quota must not wait for ever.
    bool oversized_alone = false;
    /// Where nothing passes: when asking again can succeed. max(): only after something else happened.
    config::time_point ask_again = config::time_point::max();
    gate_reason reason = gate_reason::open;

    static constexpr config::tokens unlimited{INT64_MAX};

    static allowance everything() { return {unlimited, true, config::time_point::max(), gate_reason::open}; }
    static allowance nothing_until(config::time_point when, gate_reason why)
    {
        return {config::tokens{0}, false, when, why};
    }
};

/// What a caller would like to send next.
struct charge_wish {
    config::tokens least;     ///< cost of the part whose turn it is
    config::tokens most;      ///< what one request could cost at most: more than this is not needed
    config::tokens smallest;  ///< cost of the smallest part that may go ahead of it for a while
    config::tokens waiting;   ///< cost of all parts that wait

    /// So much in one request, whole or not at all, and nothing else waits.
    static charge_wish exactly(config::tokens cost) { return {cost, cost, cost, cost}; }
};

/// How a call ended, as far as gates learn from it.
struct call_report {
    config::time_point started_at;
    config::tokens reserved;
    /// Absent after a success.
    const failure* why = nullptr;
    /// Billed tokens of a success; zero where the service does not say.
    std::int64_t billed_tokens = 0;
    /// What the service said of its limits; absent where the call was not answered.
    const quota_notice* notice = nullptr;
    /// It was sent within a quota that we know: a refusal for quota, now and then, is to be expected.
    bool paced = false;
};

/// Something that every call to a deployment must pass: quota, slots, breaker; later time windows and
/// budgets. A rule without I/O: it is given the time, and whoever asks does the waiting.
class gate {
public:
    virtual ~gate() = default;
    /// Either nothing or enough for the next part: at least `wish.least`, or it passes alone. For a few
    /// seconds also less, but enough for the smallest that may go ahead of it.
    [[nodiscard]] virtual allowance offer(const charge_wish& wish, config::time_point now) = 0;
    /// A call of this cost starts; offer() has just allowed it.
    virtual void take(config::tokens cost, config::time_point now) = 0;
    /// It has ended: the reservation becomes what it really was.
    virtual void settle(const call_report& ended, config::time_point now) = 0;
    /// It was broken off by us before it ended.
    virtual void give_back(config::tokens reserved) = 0;
};

}  // namespace pipeline
