#include "pipeline/charge_log.hpp"

#include <algorithm>

namespace pipeline {
namespace {

using namespace std::chrono_literals;

constexpr config::duration tick_length = 20ms;
constexpr config::duration kept_for = 70s;
constexpr std::size_t departures_looked_at = 32;

// Upwards: a charge leaves up to a tick later than it might, never earlier.
std::int64_t tick_of(config::time_point when)
{
    return (when.time_since_epoch() + tick_length - config::duration{1}) / tick_length;
}

}  // namespace

charge_log::charge_log() : entries_(static_cast<std::size_t>(kept_for / tick_length)) {}

void charge_log::add(config::tokens charge, config::time_point now)
{
    (void)in_window(now);
    total_ += charge.count();
    const auto tick = tick_of(now);
    if (!entries_.empty() && entries_.back().tick >= tick) {
        entries_.back().total = total_;
        return;
    }
    // What a full log forgets has left the window: it has more entries than the window has ticks.
    if (entries_.full()) --counting_;
    entries_.push_back({tick, total_});
}

std::int64_t charge_log::in_window(config::time_point now)
{
    const auto leaving = tick_of(now - window);
    while (counting_ < entries_.size() && entries_[counting_].tick < leaving) {
        departed_ = entries_[counting_].total;
        ++counting_;
    }
    return total_ - departed_;
}

std::int64_t charge_log::counted_at(config::time_point then) const
{
    return total_at(tick_of(then)) - total_at(tick_of(then - window) - 1);
}

std::int64_t charge_log::total_at(std::int64_t tick) const
{
    const auto later = std::partition_point(entries_.begin(), entries_.end(),
                                            [tick](const entry& each) { return each.tick <= tick; });
    if (later != entries_.begin()) return std::prev(later)->total;
    return entries_.full() ? entries_.front().total : 0;
}

config::time_point charge_log::when_left(std::int64_t tokens) const
{
    const auto last = std::min(counting_ + departures_looked_at, entries_.size());
    for (auto i = counting_; i < last; ++i) {
        if (i + 1 < last && entries_[i].total - departed_ < tokens) continue;
        // A tick later than its window ends, because it counts until the tick has passed.
        return config::time_point{entries_[i].tick * tick_length} + window + config::duration{1};
    }
    return config::time_point::max();
}

}  // namespace pipeline
