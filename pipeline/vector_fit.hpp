#pragma once

#include <optional>
#include <vector>

#include "config/settings.hpp"
#include "pipeline/failure.hpp"

namespace pipeline {

/// Shortens and scales a checked vector as its route says, and makes sure that it fits the route's encoding.
/// Fails with errc::refused where that cannot be: the answer is of no use for this route.
[[nodiscard]] std::optional<failure> fit_vector(std::vector<float>& values,
                                                const config::route_settings& route);

}  // namespace pipeline
