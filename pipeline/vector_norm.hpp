#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace pipeline {

/// The Euclidean length, summed in double precision. `values` are finite.
[[nodiscard]] double norm_of(std::span<const float> values) noexcept;

/// Scales the vector to this length. False, with `values` as they were, where its own length is zero or the
/// scaled numbers do not fit into a float.
[[nodiscard]] bool scale_to(std::span<float> values, double norm) noexcept;

}  // namespace pipeline
