#pragma once

#include <optional>

#include "config/settings.hpp"
#include "pipeline/embedding.hpp"
#include "pipeline/failure.hpp"

namespace pipeline {

/// Shortens and scales a checked vector as its route says, and makes sure that it fits the route's encoding.
/// Leaves it as it came where the route says nothing. Fails with errc::refused where that cannot be: the
/// answer is of no use for this route.
[[nodiscard]] std::optional<failure> fit_vector(embedding& vector, const config::route_settings& route);

}  // namespace pipeline
