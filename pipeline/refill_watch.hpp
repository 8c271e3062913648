#pragma once

#include <array>
#include <cstddef>

#include "config/units.hpp"

namespace pipeline {

/// Tells services that refill otherwise than by a rolling minute, and what they leave unused.
///
/// A bucket that refills continuously, or a count that starts anew each minute, shows more of the quota left
/// than the mirror of a rolling minute allows for: less in use than we ourselves have charged, or so much
/// less from one moment to the next as no rolling minute can lose. What is left of such a quota says nothing
/// about who uses it; but what was left even at the worst moment of a minute may be used as well.
///
/// All amounts are parts of the quota.
class refill_watch {
public:
    /// An answer told, as of `then`: the others hold `used`, and so much is left.
    void observe(double used, double left, config::time_point then, config::time_point now);

    [[nodiscard]] bool refills(config::time_point now) const { return now < refills_until_; }
    /// The least that was left in the last minute; zero until a whole one was observed.
    [[nodiscard]] double unused() const;

private:
    static constexpr config::duration span = std::chrono::seconds{10};

    config::time_point refills_until_ = config::time_point::min();
    config::time_point as_of_ = config::time_point::min();
    double used_ = 0;
    std::array<double, 7> least_left_{};  // of each span, the newest first
    std::size_t spans_ = 0;
    config::time_point span_began_at_ = config::time_point::min();
};

}  // namespace pipeline
