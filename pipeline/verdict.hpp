#pragma once

#include "pipeline/failure.hpp"
#include "pipeline/outcome.hpp"

namespace pipeline {

/// What becomes of the parts of a failed call.
enum class verdict {
    repeat,             ///< send them again when the gates open; no attempt is used up
    repeat_or_bisect,   ///< an attempt; from the second that counts on it is treated as a refusal
    shrink_and_repeat,  ///< as before, in batches of half the size
    shrink,             ///< halves may fit; alone it never will
    shorten,            ///< find the part; alone it is cut and sent again where its route says so
    bisect,             ///< find the part that is refused; alone it is that part
    stop_route,         ///< no job of these routes can succeed
    leave_open          ///< we are stopping
};

/// The policy of what follows from a failed call, on one screen.
[[nodiscard]] constexpr verdict judge(errc reason)
{
    switch (reason) {
        case errc::throttled:
        case errc::deployment_stopped: return verdict::repeat;
        case errc::transient: return verdict::repeat_or_bisect;
        case errc::timed_out: return verdict::shrink_and_repeat;
        case errc::too_large: return verdict::shrink;
        case errc::too_long: return verdict::shorten;
        case errc::refused:
        case errc::filtered: return verdict::bisect;
        case errc::route_stopped: return verdict::stop_route;
        case errc::expired:
        case errc::abandoned: return verdict::leave_open;
    }
    return verdict::leave_open;
}

/// How a job ends whose failure is final.
[[nodiscard]] constexpr ending ending_of(errc reason)
{
    switch (reason) {
        case errc::transient:
        case errc::timed_out: return ending::failed;
        case errc::filtered: return ending::filtered;
        case errc::expired: return ending::expired;
        case errc::too_large:
        case errc::too_long:
        case errc::refused:
        case errc::throttled:
        case errc::deployment_stopped:
        case errc::route_stopped:
        case errc::abandoned: return ending::rejected;
    }
    return ending::rejected;
}

}  // namespace pipeline
