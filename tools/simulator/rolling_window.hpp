#pragma once

#include <chrono>
#include <cstdint>
#include <deque>

namespace simulator {

/// What has been charged in the last so many seconds. Each charge comes back exactly that long after it was
/// taken, which is how Azure's limits on tokens (60 s) and requests (10 s) have been measured to behave.
/// Times never go backwards.
class rolling_window {
public:
    using time_point = std::chrono::steady_clock::time_point;

    explicit rolling_window(std::chrono::nanoseconds length) : length_{length} {}

    void charge(std::uint64_t amount, time_point now);
    [[nodiscard]] std::uint64_t used(time_point now);
    /// When no more than `most` will be used, if nothing is charged until then.
    [[nodiscard]] time_point falls_to(std::uint64_t most, time_point now);
    /// The time integral of what was used since the last call of this, in units times seconds.
    [[nodiscard]] double take_area(time_point now);

private:
    struct entry {
        time_point comes_back;
        std::uint64_t amount;
    };
    void advance(time_point now);

    std::chrono::nanoseconds length_;
    std::deque<entry> entries_;
    std::uint64_t used_ = 0;
    double area_ = 0;
    time_point counted_until_ = time_point::min();
};

}  // namespace simulator
