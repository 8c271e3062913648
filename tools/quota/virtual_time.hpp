#pragma once

#include <chrono>
#include <cstdint>
#include <queue>
#include <vector>

#include "config/units.hpp"

namespace quota {

/// Scenarios count seconds from here; what is played in them knows time points.
inline constexpr config::time_point start{std::chrono::hours{1}};

[[nodiscard]] inline config::time_point at(double seconds)
{
    return start + std::chrono::duration_cast<config::duration>(std::chrono::duration<double>{seconds});
}

[[nodiscard]] inline double seconds_of(config::time_point when)
{
    return std::chrono::duration<double>{when - start}.count();
}

/// What is going to happen, in the order of time, and at one time in the order in which it was planned.
template <class Step>
class event_queue {
public:
    struct event {
        double at;
        std::uint64_t order;
        Step what;
        int worker;
        std::size_t index;
    };

    void plan(double when, Step what, int worker = 0, std::size_t index = 0)
    {
        events_.push({when, ++order_, what, worker, index});
    }
    [[nodiscard]] bool has_any_before(double when) const
    {
        return !events_.empty() && events_.top().at < when;
    }
    event pop()
    {
        const auto next = events_.top();
        events_.pop();
        return next;
    }

private:
    struct later {
        bool operator()(const event& a, const event& b) const
        {
            return a.at != b.at ? a.at > b.at : a.order > b.order;
        }
    };
    std::priority_queue<event, std::vector<event>, later> events_;
    std::uint64_t order_ = 0;
};

}  // namespace quota
