#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "config/settings.hpp"

namespace pipeline {

/// A vector in the bytes of an encoding, little-endian.
struct packed_vector {
    std::string bytes;
    float scale = 1;  ///< int8: what each whole number is to be multiplied with
};

/// IEEE 754 binary16 of the nearest value, halves to even; infinity from 65,520 on.
[[nodiscard]] std::uint16_t to_float16(float value) noexcept;

/// Whether every number has a finite place in the encoding.
[[nodiscard]] bool fits(std::span<const float> values, config::vector_encoding encoding) noexcept;

/// The vector in an encoding other than json, into which it fits. `values` are finite and not all zero.
///
/// int8 is symmetric: the scale is the largest magnitude divided by 127, so that no number is off by more
/// than half of the scale.
[[nodiscard]] packed_vector pack_vector(std::span<const float> values, config::vector_encoding encoding);

}  // namespace pipeline
