#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "config/settings.hpp"

namespace pipeline {

/// IEEE 754 binary16 of the nearest value, halves to even; infinity from 65,520 on.
[[nodiscard]] std::uint16_t to_float16(float value) noexcept;

/// Whether every number is finite as float16 too.
[[nodiscard]] bool fit_float16(std::span<const float> values) noexcept;

/// Appends the bytes of the vector, little-endian, in an encoding other than json, into which it fits.
/// `values` are finite and not all zero. Gives what each number is to be multiplied with, which is 1 but for
/// int8.
///
/// int8 is symmetric: the scale is the largest magnitude divided by 127, so that no number is off by more
/// than half of the scale.
float append_packed(std::string& out, std::span<const float> values, config::vector_encoding encoding);

}  // namespace pipeline
