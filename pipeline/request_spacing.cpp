#include "pipeline/request_spacing.hpp"

#include <algorithm>

#include "pipeline/quota_time.hpp"

namespace pipeline {
namespace {

constexpr double windows_a_minute = 6;
constexpr double use_of_limit = 0.99;  // the spread of round trips squeezes requests together
constexpr double credit_seconds = 0.1;
constexpr double least_credit = 0.5;
constexpr double unused = 0.02;  // of the limit: above it there is room for more
constexpr double used_up = 0.004;
constexpr double growth_per_second = 0.02;
constexpr double shrinking_per_second = 0.03;
constexpr double after_refusal = 0.97;

}  // namespace

config::time_point request_spacing::opens_at(config::time_point now)
{
    if (!limit_) return now;
    pay(now);
    if (credit_ >= 0) return now;
    waited_at_ = now;
    return now + no_shorter_than(-credit_ / per_second());
}

void request_spacing::take(config::time_point now)
{
    if (!limit_) return;
    pay(now);
    credit_ -= 1;
}

void request_spacing::observe(double remaining, config::time_point now)
{
    const auto dt =
        observed_at_ == config::time_point::min() ? 0.0 : std::min(1.0, seconds_between(observed_at_, now));
    observed_at_ = now;
    if (!limit_) return;
    if (remaining > *limit_ / windows_a_minute) counts_minutes_ = true;
    const auto left = remaining / (counts_minutes_ ? *limit_ : *limit_ / windows_a_minute);
    const auto is_binding = waited_at_ != config::time_point::min() && seconds_between(waited_at_, now) < 1;
    if (is_binding && left > unused)
        stretch_ += growth_per_second * dt * std::min(1.0, left / 0.3) * std::max(1.0, stretch_);
    else if (left < used_up)
        stretch_ *= 1 - shrinking_per_second * dt;
    stretch_ = std::clamp(stretch_, 0.05, 1 / share_);
}

void request_spacing::refused() { stretch_ *= after_refusal; }

double request_spacing::per_second() const
{
    return std::min(1.0, share_ * stretch_) * use_of_limit * *limit_ / seconds_a_minute;
}

void request_spacing::pay(config::time_point now)
{
    const auto rate = per_second();
    const auto most = std::max(least_credit, credit_seconds * rate);
    credit_ = std::min(most, credit_ + rate * seconds_between(paid_at_, now));
    paid_at_ = now;
}

}  // namespace pipeline
