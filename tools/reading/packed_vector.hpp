#pragma once

#include <string_view>
#include <vector>

/// Vectors from the bytes of an encoding (docs/formats.md), without the code that wrote them.
namespace reading {

/// Little-endian IEEE 754. Throw std::runtime_error for bytes that are no whole number of numbers.
[[nodiscard]] std::vector<float> read_float32(std::string_view bytes);
[[nodiscard]] std::vector<float> read_float16(std::string_view bytes);
/// Whole numbers from -127 to 127 times the scale; throws for -128.
[[nodiscard]] std::vector<float> read_int8(std::string_view bytes, float scale);

}  // namespace reading
