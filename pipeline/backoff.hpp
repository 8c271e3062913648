#pragma once

#include <algorithm>
#include <cstdint>
#include <random>

#include "config/units.hpp"

namespace pipeline {

/// How long to pause after the n-th failure in a row: exponential with full jitter, so that workers
/// that failed together do not come back together (M. Brooker, "Exponential Backoff And Jitter",
/// AWS Architecture Blog, 2015). Never zero: at least a tenth of the ceiling of that round.
class backoff {
public:
    explicit backoff(std::uint64_t seed) : random_{seed} {}

    /// `failures` counts from 1.
    [[nodiscard]] config::duration after(int failures)
    {
        const auto doublings = std::clamp(failures - 1, 0, 10);
        const auto ceiling = std::min<config::duration>(longest, first * (std::int64_t{1} << doublings));
        return jitter(ceiling / 10, ceiling);
    }

    /// What the service asked for, and up to a tenth on top: never earlier.
    [[nodiscard]] config::duration after_request_to_wait(config::duration asked)
    {
        return jitter(asked, asked + asked / 10);
    }

    /// After a refusal that says nothing about the next call.
    [[nodiscard]] config::duration short_stop() { return jitter(first / 2, first); }

private:
    static constexpr config::duration first = std::chrono::milliseconds{500};
    static constexpr config::duration longest = std::chrono::seconds{60};

    config::duration jitter(config::duration from, config::duration to)
    {
        std::uniform_int_distribution<config::duration::rep> between{from.count(), to.count()};
        return config::duration{between(random_)};
    }

    std::mt19937_64 random_;
};

}  // namespace pipeline
