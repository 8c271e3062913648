#pragma once

#include <cstddef>
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

}  // namespace pipeline
