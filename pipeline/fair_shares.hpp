#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <map>

#include "config/settings.hpp"
#include "config/units.hpp"

namespace pipeline {

class route;

/// Whose texts go next where routes share a deployment: weighted shares of its tokens, and priorities without
/// starvation.
///
/// Each route has a clock, which what is sent for it moves on by its tokens over its weight; the route whose
/// clock is behind goes next. One that had nothing to send is put forward to the present, so that nobody
/// saves up what he did not need, and comes next when he has something (start-time fair queueing: P. Goyal,
/// H. Vin and H. Cheng, SIGCOMM 1996). That is what deficit round robin shares out too, but there is no
/// quantum to choose, and asking takes nothing: the gates may refuse what is next.
///
/// Priorities share in the same way, four to one: `interactive` goes at once as long as it has less than four
/// fifths of what is sent, and `bulk` gets the rest, which is all that interactive leaves. A share that is
/// not used goes to the others.
///
/// Off by at most the largest part of each route, whatever the time.
class fair_shares {
public:
    /// What is sent for a route, as it is counted here; stays where it is as long as this lives.
    struct account {
        std::size_t priority;
        double weight;
        double clock = 0;
    };
    [[nodiscard]] account& of(const route& way);

    /// The least goes next.
    struct turn {
        double of_priority;
        double of_route;
        auto operator<=>(const turn&) const = default;
    };
    [[nodiscard]] turn turn_of(const account& one) const;
    void sent(account& by, config::tokens cost);

private:
    struct priority_class {
        double clock = 0;
        double present = 0;  ///< of its routes' clocks: where the one was that was sent for last
    };

    std::map<const route*, account> accounts_;
    std::array<priority_class, 2> classes_{};
    double present_ = 0;
};

}  // namespace pipeline
