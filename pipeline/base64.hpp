#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace pipeline {

/// How many bytes `text` stands for, judged by its length and padding alone; nothing where the length is no
/// multiple of four.
[[nodiscard]] std::optional<std::size_t> base64_decoded_size(std::string_view text) noexcept;

/// Decodes the standard alphabet with padding (RFC 4648 section 4) into `out`, which has the size that
/// base64_decoded_size names. Strict: no white space, no URL-safe letters, nothing behind the padding, and
/// no bits in the last letter that stand for nothing, so that equal bytes have one text. False, with `out`
/// in part overwritten, where `text` is anything else.
[[nodiscard]] bool decode_base64(std::string_view text, std::span<std::byte> out) noexcept;

/// Appends the standard alphabet with padding.
void append_base64(std::string& out, std::span<const std::byte> data);

}  // namespace pipeline
