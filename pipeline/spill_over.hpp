#pragma once

#include <vector>

#include "config/units.hpp"

namespace pipeline {

class deployment;

/// From when on a text of a route may go to `where`, a deployment that may not be of the best tier of those
/// that serve the route (`served_by`, ascending tiers); it has waited since `waits_since`.
///
/// A better tier is paid for already, or cheaper: it is waited for, for `spill_after`, and each of several
/// tiers for as long. After that a text goes wherever there is room first. Not waited for is a tier
///
/// - whose deployments all fail or are stopped: what is up takes over at once. The way back leads through the
///   probes of circuit_breaker, since better tiers are asked first whenever they let anything through;
/// - that is known to let nothing through for longer than the wait (a 429 that asks for a minute).
///
/// It is a pull, not a push: nothing is assigned to a deployment before its gates are open, so that
/// deployments of one tier need no weights. Each takes as much as its quota has room for.
[[nodiscard]] config::time_point spills_at(const std::vector<deployment*>& served_by, const deployment& where,
                                           config::time_point waits_since, config::duration spill_after,
                                           config::time_point now);

}  // namespace pipeline
