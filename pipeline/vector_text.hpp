#pragma once

#include <cstddef>
#include <string>

#include "config/settings.hpp"
#include "pipeline/embedding.hpp"

namespace pipeline {

/// Appends the vector as a JSON value: an array of decimals (those that came, else the shortest), a string of
/// base64, or for int8 an object of such a string and the scale. Its values fit into the encoding.
void append_vector(std::string& out, const embedding& vector, config::vector_encoding encoding);

/// What that takes, for allocating once: as numbers on average, as bytes nearly exactly.
[[nodiscard]] std::size_t likely_text_size(std::size_t floats, config::vector_encoding encoding) noexcept;

}  // namespace pipeline
