#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "config/units.hpp"

namespace pipeline {

/// How much of the quota everybody else holds, as the service's answers tell it: the limit, less what
/// remained when a call was admitted, less what we ourselves had charged by then.
///
/// An answer speaks of the moment at which its call was admitted, seconds ago for a long call. The newest
/// such moment counts; where the others are heading is told from the straight line through those of the last
/// 12 s, as far as its slope stands out of the noise. News is believed for 3 s. Then the estimate gives way
/// to what the others usually hold, and within a minute to their share: whoever waits hears nothing, and all
/// would wait for each other because of what they had last heard.
///
/// Tokens with fractions; constants found by simulation (tools/bench quota).
class others_use {
public:
    /// The others held `used` tokens at `then`. Older news than what is known is ignored.
    void observe(double used, config::time_point then);
    /// A refusal says that the others held at least so much.
    void at_least(double used, config::time_point then);
    /// The limit has changed: what was seen no longer holds.
    void forget();

    struct estimate {
        double now;          ///< held by the others
        double usually;      ///< mean of about the last minute: a gap that passes is not room
        double in_a_minute;  ///< where that is heading; no more than the larger of `now` and their share
        bool is_fresh;       ///< recent enough to lend and borrow by
    };
    /// `their_share`: what the others may hold by right. Absent where nothing was ever heard.
    [[nodiscard]] std::optional<estimate> at(config::time_point now, double their_share, double limit) const;

    /// Standard deviation of what one answer tells from what the ones before it had let expect.
    [[nodiscard]] double deviation() const;

private:
    struct sample {
        double at;  ///< seconds
        double used;
    };
    void remember(const sample& one);
    [[nodiscard]] double slope_of_samples() const;

    double used_ = 0;
    double usual_ = 0;  // moving mean over about a minute
    config::time_point as_of_ = config::time_point::min();
    bool heard_ = false;
    double slope_ = 0;                  // tokens per second
    double variance_per_second_ = 0;    // of surprises
    double variance_ = 0;               // of one surprise
    std::array<sample, 48> samples_{};  // a ring; a sample at most every 250 ms
    std::size_t first_ = 0;
    std::size_t count_ = 0;
};

}  // namespace pipeline
