#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace pipeline {

/// What stands in a base64 text of little-endian float32, without its being decoded into memory.
struct base64_floats {
    std::size_t letters = 0;    ///< that the text has, padding included
    std::size_t count = 0;      ///< of its numbers
    std::uint32_t largest = 0;  ///< of their magnitudes, as the bits of IEEE 754 binary32
};

/// Looks at the base64 that `text` begins with, up to the first character that is none. Nothing where what
/// stands there is not strictly base64 (RFC 4648 §4, padded, no stray bits) of whole numbers. Reads
/// nothing behind the text.
///
/// Most vectors are published as they came, so that this is all that is ever done to their numbers: in
/// six tenths of the instructions of finding their end, decoding them and looking at them.
[[nodiscard]] std::optional<base64_floats> look_at_base64_floats(std::string_view text) noexcept;

}  // namespace pipeline
