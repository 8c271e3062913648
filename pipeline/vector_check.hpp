#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "pipeline/failure.hpp"

namespace pipeline {

/// Why a vector of so many numbers is none (code wrong_dimensions).
[[nodiscard]] std::optional<failure> check_dimensions(std::size_t count, std::size_t dimensions);

/// Why a vector that came is none: another length than `dimensions` (code wrong_dimensions), a number that is
/// not finite (not_finite), or nothing but zeros (zero_vector).
[[nodiscard]] std::optional<failure> check_vector(std::span<const float> values, std::size_t dimensions);

}  // namespace pipeline
