#pragma once

#include <chrono>

#include "config/units.hpp"

namespace pipeline {

/// Rates and levels of quotas are sums of fractions, so that the rules of pacing count seconds as such.
using seconds = std::chrono::duration<double>;

/// Rates are per minute, and so is the window in which services count (see charge_log).
constexpr double seconds_a_minute = 60;

[[nodiscard]] inline double seconds_between(config::time_point from, config::time_point to)
{
    return seconds{to - from}.count();
}

/// Rounded up to the next tick, so that asking at that time never comes a hair too early. At most an hour: a
/// longer time may not fit, and one may ask again in vain.
[[nodiscard]] inline config::duration no_shorter_than(double wait)
{
    constexpr double longest = 3600;
    if (wait > longest) wait = longest;
    return std::chrono::duration_cast<config::duration>(seconds{wait}) + config::duration{1};
}

}  // namespace pipeline
