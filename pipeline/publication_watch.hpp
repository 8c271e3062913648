#pragma once

#include <cassert>
#include <chrono>
#include <cstddef>

#include "config/units.hpp"

namespace pipeline {

/// Notices that what a route has bought cannot be published: nothing more should be bought then, because all
/// of it is bought again if the process ends before the brokers are back.
///
/// Brokers that are well take an outcome within milliseconds, and commit a transaction within a second or
/// two. That nothing at all has ended for `patience` while something is on its way tells of an outage, or of
/// a topic without a leader; other routes are not concerned. A rule: no I/O, no clock.
class publication_watch {
public:
    static constexpr config::duration patience = std::chrono::seconds{3};

    void began(config::time_point now)
    {
        if (under_way_++ == 0) waits_since_ = now;
    }
    /// Whether that was what everything waited for.
    bool ended(config::time_point now)
    {
        assert(under_way_ > 0);
        const bool was_stuck = is_stuck(now);
        --under_way_;
        waits_since_ = now;
        return was_stuck;
    }
    [[nodiscard]] bool is_stuck(config::time_point now) const
    {
        return under_way_ > 0 && now - waits_since_ >= patience;
    }

private:
    std::size_t under_way_ = 0;
    config::time_point waits_since_;
};

}  // namespace pipeline
