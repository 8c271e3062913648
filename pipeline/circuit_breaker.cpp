#include "pipeline/circuit_breaker.hpp"

#include <algorithm>

namespace pipeline {
namespace {

using namespace std::chrono_literals;

constexpr config::duration probe_interval = 1min;
constexpr int longest_outage_pause = 4;  // in failures: four seconds
constexpr int refusals_of_a_closed_deployment = 3;

}  // namespace

allowance circuit_breaker::offer(const charge_wish&, config::time_point now)
{
    if (now < closed_until_) return allowance::nothing_until(closed_until_, reason_);
    if (probing_) return allowance::nothing_until(config::time_point::max(), reason_);
    return allowance::everything();
}

void circuit_breaker::take(config::tokens, config::time_point) { probing_ = wants_probe(); }

void circuit_breaker::give_back(config::tokens) { probing_ = false; }

void circuit_breaker::settle(const call_report& ended, config::time_point now)
{
    const auto news = ended.started_at > closed_at_;
    if (news) probing_ = false;
    const auto reason = ended.why ? ended.why->reason() : errc{};
    switch (reason) {
        case errc::throttled: {
            if (news) ++refusals_in_a_row_;
            const auto pause = pause_after(ended);
            if (reason_ == gate_reason::open || reason_ == gate_reason::throttled || news)
                close(gate_reason::throttled, pause, now);
            return;
        }
        case errc::transient:
        case errc::timed_out:
            if (!news) return;
            if (reason_ == gate_reason::stopped)
                close(gate_reason::stopped, probe_interval, now);
            else if (++failures_in_a_row_ >= 2)
                close(gate_reason::outage,
                      pause_.after(std::min(failures_in_a_row_ - 1, longest_outage_pause)), now);
            return;
        case errc::deployment_stopped:
            if (news) close(gate_reason::stopped, probe_interval, now);
            return;
        case errc::too_large:
        case errc::too_long:
        case errc::refused:
        case errc::filtered:
        case errc::route_stopped:
        case errc::expired:
        case errc::abandoned: break;  // an answer all the same: the service is there
    }
    if (!news) return;
    failures_in_a_row_ = 0;
    refusals_in_a_row_ = 0;
    reason_ = gate_reason::open;
}

config::duration circuit_breaker::pause_after(const call_report& throttled)
{
    if (throttled.paced && refusals_in_a_row_ < refusals_of_a_closed_deployment) return pause_.short_stop();
    const auto asked = throttled.why->retry_after();
    return asked ? pause_.after_request_to_wait(*asked) : pause_.after(refusals_in_a_row_);
}

void circuit_breaker::close(gate_reason why, config::duration pause, config::time_point now)
{
    closed_at_ = now;
    closed_until_ = std::max(closed_until_, now + pause);
    reason_ = why;
}

}  // namespace pipeline
