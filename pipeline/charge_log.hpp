#pragma once

#include <boost/circular_buffer.hpp>

#include <cstdint>

#include "config/units.hpp"

namespace pipeline {

/// Our charges of the last minute as the service has them on its books.
///
/// Azure OpenAI does not refill a bucket: each charge counts for 60 s from its admission and then leaves as a
/// whole (measured by C. Siebler, 2024, and modelled so by Microsoft's aoai-api-simulator). Who mirrors that
/// log is never refused for its own calls; and what never exceeds a rolling minute exceeds neither a token
/// bucket of the same quota nor a fixed minute.
///
/// A charge stays for its 60 s whatever becomes of the call: services give nothing back for tokens that were
/// not generated, and whether they count calls that they refuse is told in two ways.
///
/// Kept in ticks of 20 ms, for 70 s, as running totals: any sum over a time is the difference of two entries.
/// All memory is taken at the start (56 KB). Time given to it never goes back.
class charge_log {
public:
    /// How long a charge counts: the minute, and a guard of twice the spread of round trips, because our
    /// 60 s begin before the service's.
    static constexpr config::duration window = std::chrono::milliseconds{60'050};

    charge_log();

    void add(config::tokens charge, config::time_point now);
    /// All that counts now.
    [[nodiscard]] std::int64_t in_window(config::time_point now);
    /// All that counted at an earlier moment, up to 9 s ago, charges of that moment included.
    [[nodiscard]] std::int64_t counted_at(config::time_point then) const;
    /// When so many tokens more will have left, as far as the next departures tell: asking then may be in
    /// vain.
    [[nodiscard]] config::time_point when_left(std::int64_t tokens) const;

private:
    struct entry {
        std::int64_t tick;
        std::int64_t total;  ///< of all charges up to this tick
    };
    [[nodiscard]] std::int64_t total_at(std::int64_t tick) const;

    boost::circular_buffer<entry> entries_;
    std::size_t counting_ = 0;   // index of the oldest entry that still counts
    std::int64_t departed_ = 0;  // total of those before it
    std::int64_t total_ = 0;
};

}  // namespace pipeline
