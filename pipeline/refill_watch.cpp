#include "pipeline/refill_watch.hpp"

#include <algorithm>

#include "pipeline/quota_time.hpp"

namespace pipeline {
namespace {

using namespace std::chrono_literals;

constexpr config::duration believed_for = 120s;
constexpr double impossible_use = -0.03;  // estimates may be wrong by so much
constexpr double impossible_drop = 0.4;   // within `drop_time`: nobody charges so much at once
constexpr config::duration drop_time = 10s;

}  // namespace

void refill_watch::observe(double used, double left, config::time_point then, config::time_point now)
{
    const auto is_news = as_of_ == config::time_point::min() || then > as_of_;
    const auto dropped = is_news && as_of_ != config::time_point::min() && then - as_of_ < drop_time &&
                         used_ - used > impossible_drop;
    if (used < impossible_use || dropped) refills_until_ = now + believed_for;
    if (is_news) {
        as_of_ = then;
        used_ = used;
    }
    if (spans_ == 0 || now - span_began_at_ >= span) {
        std::shift_right(least_left_.begin(), least_left_.end(), 1);
        least_left_.front() = left;
        spans_ = std::min(spans_ + 1, least_left_.size());
        span_began_at_ = now;
    } else {
        least_left_.front() = std::min(least_left_.front(), left);
    }
}

double refill_watch::unused() const
{
    return spans_ < least_left_.size() ? 0 : *std::min_element(least_left_.begin(), least_left_.end());
}

}  // namespace pipeline
