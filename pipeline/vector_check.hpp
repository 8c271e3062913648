#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "pipeline/failure.hpp"

namespace pipeline {

/// Why a vector of so many numbers is none (code wrong_dimensions).
[[nodiscard]] std::optional<failure> check_dimensions(std::size_t count, std::size_t dimensions);

/// Of all numbers, as the bits of IEEE 754 binary32, which are in the order of what they stand for.
[[nodiscard]] std::uint32_t largest_magnitude(std::span<const float> values) noexcept;

/// Why a vector whose largest magnitude is this one is none: a number is not finite (not_finite), or all are
/// zero (zero_vector).
[[nodiscard]] std::optional<failure> check_magnitude(std::uint32_t largest);

}  // namespace pipeline
