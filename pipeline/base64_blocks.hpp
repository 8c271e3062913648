#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

namespace pipeline {

/// The middle of a long base64 text, sixteen letters at a time where the target has SSE4.1, decoded
/// thirty-two at a time where the machine has AVX2; elsewhere nothing, so that callers do all of it letter by
/// letter. After Muła and Lemire, "Faster Base64 Encoding and Decoding Using AVX2 Instructions", ACM
/// Transactions on the Web 12 (2018).

/// Encodes as many whole blocks of 12 bytes as it likes. Returns how many bytes those are; four thirds as
/// many letters stand at `to`.
[[nodiscard]] std::size_t encode_base64_blocks(const std::byte* from, std::size_t size, char* to) noexcept;

/// Decodes as many whole blocks of 16 letters as it likes, of `size` letters without padding, into room for
/// all of them. Returns how many letters those are; nothing where one of them is no letter.
[[nodiscard]] std::optional<std::size_t> decode_base64_blocks(const char* from, std::size_t size,
                                                              std::byte* to) noexcept;

/// As many whole blocks as could be looked at, and what is in them.
struct float_blocks {
    std::size_t letters = 0;    ///< a multiple of 16, which are three numbers
    std::uint32_t largest = 0;  ///< magnitude of a number, as the bits of IEEE 754 binary32
};

/// Looks at float32 numbers without writing them anywhere: at as many blocks of `size` characters as it
/// likes, up to one with a character that is no letter. Where the machine has AVX2; elsewhere at none.
[[nodiscard]] float_blocks look_at_float_blocks(const char* from, std::size_t size) noexcept;

}  // namespace pipeline
