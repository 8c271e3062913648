#pragma once

#include <cstdint>
#include <vector>

#include "tools/quota/recorder.hpp"
#include "tools/quota/scenario.hpp"

namespace quota {

/// Several deployments serve the route.
[[nodiscard]] inline bool has_tiers(const scenario& what) { return !what.deployments.empty(); }

/// Plays a scenario with several deployments in virtual time, as play() does, with the pipeline's grouper and
/// deployments in each worker. Figures beside the recorder's, where `use` is that of all quotas together:
///
/// spilled      tokens that other tiers than the first had, of all
/// delay        the longest time between arrival and answer, in seconds, less what the call alone took
/// unanswered   jobs that arrived in it and have no answer at the end; the last half minute does not count
[[nodiscard]] std::vector<figures> play_tiers(const scenario& what, std::uint64_t seed);

}  // namespace quota
