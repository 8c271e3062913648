#pragma once

#include <span>
#include <string>

namespace simulator {

/// Appends the base64 (RFC 4648 section 4, padded) of the numbers as little-endian IEEE 754 float32, the
/// form in which the service sends vectors with `"encoding_format": "base64"`.
void append_base64(std::string& out, std::span<const float> numbers);

}  // namespace simulator
