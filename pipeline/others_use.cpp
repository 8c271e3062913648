#include "pipeline/others_use.hpp"

#include <algorithm>
#include <cmath>

#include "pipeline/quota_time.hpp"

namespace pipeline {
namespace {

constexpr double trend_seconds = 12;
constexpr double least_trend_seconds = 4;
constexpr std::size_t least_trend_samples = 4;
constexpr double seconds_between_samples = 0.25;
constexpr double fresh_seconds = 6;
constexpr double valid_seconds = 8;
constexpr double believed_seconds = 3;
constexpr double fading_seconds = 4;
constexpr double usual_seconds = 60;
constexpr double forgetting_seconds = 20;
constexpr double surprise_weight = 0.03;        // of the newest in the moving variances
constexpr double insignificant_slope = 0.0015;  // of the limit, in tokens per second
constexpr double significant_deviations = 1.5;
constexpr double samples_a_trend_counts_as = 10;

double in_seconds(config::time_point when) { return seconds{when.time_since_epoch()}.count(); }

}  // namespace

void others_use::observe(double used, config::time_point then)
{
    if (then <= as_of_) return;
    const auto apart = heard_ ? std::max(0.02, seconds_between(as_of_, then)) : believed_seconds;
    if (apart < believed_seconds) {
        const auto surprise = used - used_ - slope_ * apart;
        variance_ += surprise_weight * (surprise * surprise - variance_);
        variance_per_second_ += surprise_weight * (surprise * surprise / apart - variance_per_second_);
    }
    usual_ = heard_ ? usual_ + (used - usual_) * std::min(1.0, apart / usual_seconds) : used;
    heard_ = true;
    used_ = used;
    as_of_ = then;
    remember({in_seconds(then), used});
    slope_ = slope_of_samples();
}

void others_use::at_least(double used, config::time_point then)
{
    if (then <= as_of_) return;
    used_ = heard_ ? std::max(used_, used) : used;
    heard_ = true;
    as_of_ = then;
}

void others_use::forget()
{
    heard_ = false;
    count_ = 0;
    slope_ = 0;
}

std::optional<others_use::estimate> others_use::at(config::time_point now, double their_share,
                                                   double limit) const
{
    if (!heard_) return std::nullopt;
    const auto age = seconds_between(as_of_, now);
    auto used = used_;
    const auto supposed =
        their_share + std::max(0.0, usual_ - their_share) * std::exp(-age / forgetting_seconds);
    if (age > believed_seconds && used > supposed)
        used += std::min(1.0, (age - believed_seconds) / fading_seconds) * (supposed - used);
    auto in_a_minute = std::max(used, their_share);
    if (count_ >= least_trend_samples && age <= valid_seconds) {
        const auto noise =
            std::max(insignificant_slope * limit,
                     significant_deviations * std::sqrt(variance_per_second_ / samples_a_trend_counts_as));
        const auto slope = std::copysign(std::max(0.0, std::abs(slope_) - noise), slope_);
        in_a_minute = std::clamp(used + seconds_a_minute * slope, 0.0, in_a_minute);
    }
    return estimate{used, usual_, in_a_minute, age < fresh_seconds};
}

double others_use::deviation() const { return std::sqrt(variance_); }

void others_use::remember(const sample& one)
{
    const auto at = [this](std::size_t i) -> sample& { return samples_[(first_ + i) % samples_.size()]; };
    if (count_ > 1 && one.at - at(count_ - 2).at < seconds_between_samples) {
        at(count_ - 1) = one;
        return;
    }
    while (count_ > 0 && (count_ == samples_.size() || one.at - at(0).at > trend_seconds)) {
        first_ = (first_ + 1) % samples_.size();
        --count_;
    }
    at(count_++) = one;
}

double others_use::slope_of_samples() const
{
    if (count_ < least_trend_samples) return 0;
    const auto at = [this](std::size_t i) { return samples_[(first_ + i) % samples_.size()]; };
    const auto origin = at(0);
    if (at(count_ - 1).at - origin.at < least_trend_seconds) return 0;
    double t = 0;
    double u = 0;
    double tt = 0;
    double tu = 0;
    for (std::size_t i = 0; i < count_; ++i) {
        const auto dt = at(i).at - origin.at;
        const auto du = at(i).used - origin.used;
        t += dt;
        u += du;
        tt += dt * dt;
        tu += dt * du;
    }
    const auto n = static_cast<double>(count_);
    const auto spread = n * tt - t * t;
    return spread > 0 ? (n * tu - t * u) / spread : 0;
}

}  // namespace pipeline
