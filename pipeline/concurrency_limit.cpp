#include "pipeline/concurrency_limit.hpp"

#include <chrono>
#include <cmath>
#include <utility>

#include "pipeline/quota_time.hpp"

namespace pipeline {
namespace {

using namespace std::chrono_literals;

// The last tenth of the calls must bring a part of a tenth of the work: this part of it.
constexpr double worth_it = 0.15;
// Of calls, in a window.
constexpr std::size_t rounds = 4;
constexpr std::size_t fewest_calls = 16;
constexpr auto shortest_window = 500ms;
// The limit limits where so much of it is in use.
constexpr double in_use = 0.8;
constexpr double tolerable_failures = 0.1;
constexpr double backed_off = 0.75;
constexpr double half_a_doubling = 1.414;
constexpr int windows_of_rest = 16;
constexpr double another_server = 0.25;

bool is_of_the_server(const failure& why)
{
    return why.reason() == errc::transient || why.reason() == errc::timed_out;
}

bool is_worth_it(double few_bring, std::size_t few, double many_bring, std::size_t many)
{
    const auto more = std::log(static_cast<double>(many) / static_cast<double>(few));
    return std::log(many_bring / few_bring) >= worth_it * more;
}

}  // namespace

void concurrency_limit::ended(const call_report& call, config::time_point now)
{
    if (call.started_at < since_) return;
    count(call, now);
    if (is_failing()) return back_off(now);
    if (!is_over()) return;
    const auto time = seconds_between(*now_.opened_at, now_.last_at);
    const auto throughput = now_.work / time;
    const bool was_limiting = now_.seconds / time >= in_use * static_cast<double>(limit_);
    if (was_limiting) judge(throughput, now);
    now_ = {};
}

void concurrency_limit::count(const call_report& call, config::time_point now)
{
    if (call.why != nullptr) {
        // One that does not answer at all has been backed off from.
        if (is_answered_ && is_of_the_server(*call.why)) ++now_.failed;
        return;
    }
    is_answered_ = true;
    // The first end is where the clock starts: what was done until then took a time that is not known.
    if (!now_.opened_at) {
        now_.opened_at = now;
        return;
    }
    now_.last_at = now;
    now_.seconds += seconds_between(call.started_at, now);
    now_.work += static_cast<double>(call.billed_tokens > 0 ? call.billed_tokens : call.reserved.count());
    ++now_.calls;
}

bool concurrency_limit::is_over() const
{
    return now_.calls >= std::max(fewest_calls, rounds * limit_) &&
           now_.last_at - *now_.opened_at >= shortest_window;
}

bool concurrency_limit::is_failing() const
{
    const auto seen = std::max({fewest_calls, limit_, now_.calls + now_.failed});
    return static_cast<double>(now_.failed) > tolerable_failures * static_cast<double>(seen);
}

void concurrency_limit::back_off(config::time_point now)
{
    move_to(static_cast<std::size_t>(static_cast<double>(limit_) * backed_off));
    base_.reset();
    phase_ = phase::base;
    is_answered_ = false;
    is_upwards_ = false;
    has_turned_ = false;
    since_ = now;
    now_ = {};
}

void concurrency_limit::judge(double throughput, config::time_point now)
{
    const auto before = limit_;
    switch (phase_) {
        case phase::growing: after_growth(throughput); break;
        case phase::base:
            base_at_ = limit_;
            base_ = throughput;
            try_next();
            break;
        case phase::trial: after_trial(throughput); break;
        case phase::resting: after_rest(throughput); break;
    }
    if (limit_ != before) since_ = now;
}

void concurrency_limit::after_growth(double throughput)
{
    const bool is_better = !base_ || is_worth_it(*base_, base_at_, throughput, limit_);
    if (is_better && limit_ < most_) {
        base_at_ = limit_;
        base_ = throughput;
        move_to(limit_ * 2);
        return;
    }
    if (!is_better) move_to(base_at_);
    phase_ = phase::base;
}

void concurrency_limit::try_next()
{
    const auto other = beside(base_at_);
    if (other == base_at_) return turn();
    phase_ = phase::trial;
    move_to(other);
}

void concurrency_limit::after_trial(double throughput)
{
    const bool is_right = is_upwards_ ? is_worth_it(*base_, base_at_, throughput, limit_)
                                      : !is_worth_it(throughput, limit_, *base_, base_at_);
    if (is_right) {
        has_turned_ = false;
        base_at_ = limit_;
        base_ = throughput;
        return try_next();
    }
    move_to(base_at_);
    turn();
}

void concurrency_limit::turn()
{
    is_upwards_ = !is_upwards_;
    phase_ = phase::base;
    if (!std::exchange(has_turned_, !has_turned_)) return;
    phase_ = phase::resting;
    rest_ = windows_of_rest;
}

void concurrency_limit::after_rest(double throughput)
{
    const bool is_another = std::abs(throughput / *base_ - 1) > another_server;
    if (!is_another && --rest_ > 0) return;
    phase_ = phase::base;
}

std::size_t concurrency_limit::beside(std::size_t limit) const
{
    const auto one = static_cast<double>(limit);
    const auto other = is_upwards_ ? std::max(limit + 1, static_cast<std::size_t>(one * half_a_doubling))
                                   : std::min(limit - 1, static_cast<std::size_t>(one / half_a_doubling));
    return std::clamp(other, least_, most_);
}

}  // namespace pipeline
