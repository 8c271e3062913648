#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.hpp"

namespace pipeline {

/// The floats that `text` stands for: base64 of little-endian IEEE 754 float32, without any header, as
/// embedding services write it. Nothing where it is no base64, or not a whole number of floats.
[[nodiscard]] std::optional<std::vector<float>> read_base64_vector(std::string_view text);

/// Appends the vector as a JSON value: an array of shortest decimals, a string of base64, or for int8 an
/// object of such a string and the scale. All values are finite and fit into the encoding.
void append_vector(std::string& out, std::span<const float> values, config::vector_encoding encoding);

/// What that takes, for allocating once: as numbers on average, as bytes nearly exactly.
[[nodiscard]] std::size_t likely_text_size(std::size_t floats, config::vector_encoding encoding) noexcept;

}  // namespace pipeline
