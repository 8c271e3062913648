#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <vector>

namespace simulator {

/// A model that works on so many requests at a time; the others wait in line.
class work_line {
public:
    using time_point = std::chrono::steady_clock::time_point;

    /// 0 places: all at once.
    explicit work_line(std::size_t places) : free_at_(places, time_point::min()) {}

    /// A request that takes `work` comes now: when it is done.
    [[nodiscard]] time_point done_at(time_point now, std::chrono::nanoseconds work)
    {
        const auto first = std::min_element(free_at_.begin(), free_at_.end());
        if (first == free_at_.end()) return now + work;
        *first = std::max(*first, now) + work;
        return *first;
    }

private:
    std::vector<time_point> free_at_;
};

}  // namespace simulator
