#pragma once

#include <cstdint>
#include <vector>

#include "tools/quota/client.hpp"
#include "tools/quota/recorder.hpp"
#include "tools/quota/scenario.hpp"

namespace quota {

/// Plays a scenario in virtual time: one entry for each of its measurements. The same seed gives the same
/// figures.
[[nodiscard]] std::vector<figures> play(const scenario& what, strategy how, std::uint64_t seed);

/// The figure of one measurement, of the seed for which it is worst with regard to what is wanted.
[[nodiscard]] double worst_of(const std::vector<std::vector<figures>>& seeds, std::size_t measurement,
                              const wanted& figure);
/// Whether it is as wanted.
[[nodiscard]] bool meets(double found, const wanted& figure);

}  // namespace quota
