#include "tools/simulator/rolling_window.hpp"

#include <utility>

namespace simulator {

void rolling_window::advance(time_point now)
{
    if (counted_until_ == time_point::min()) counted_until_ = now;
    const auto count_until = [this](time_point when) {
        const std::chrono::duration<double> passed = when - std::exchange(counted_until_, when);
        area_ += static_cast<double>(used_) * passed.count();
    };
    while (!entries_.empty() && entries_.front().comes_back <= now) {
        count_until(entries_.front().comes_back);
        used_ -= entries_.front().amount;
        entries_.pop_front();
    }
    count_until(now);
}

void rolling_window::charge(std::uint64_t amount, time_point now)
{
    advance(now);
    used_ += amount;
    entries_.push_back({now + length_, amount});
}

std::uint64_t rolling_window::used(time_point now)
{
    advance(now);
    return used_;
}

rolling_window::time_point rolling_window::falls_to(std::uint64_t most, time_point now)
{
    advance(now);
    auto left = used_;
    auto when = now;
    for (auto each = entries_.begin(); left > most && each != entries_.end(); ++each) {
        left -= each->amount;
        when = each->comes_back;
    }
    return when;
}

double rolling_window::take_area(time_point now)
{
    advance(now);
    return std::exchange(area_, 0);
}

}  // namespace simulator
