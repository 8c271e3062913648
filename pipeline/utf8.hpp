#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace pipeline {

/// What some editors put before a text. It is no part of it, and readers differ in whether they see it.
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// Where the first byte stands that does not belong to well-formed UTF-8 (RFC 3629: no overlong forms, no
/// surrogates, nothing above U+10FFFF); nothing where all of `text` is well formed.
[[nodiscard]] std::optional<std::size_t> first_invalid_utf8(std::string_view text) noexcept;

/// How many bytes of ASCII without control characters stand at the beginning, at least: the whole of such a
/// text, otherwise whole blocks of 32 bytes before the first other one. Most texts need no closer look.
[[nodiscard]] std::size_t printable_prefix(std::string_view text) noexcept;

/// Where the first of the control characters U+0000 to U+001F stands, which JSON allows in strings only as
/// escapes (RFC 8259 §7); nothing where there is none.
[[nodiscard]] std::optional<std::size_t> first_control(std::string_view text) noexcept;

/// Nothing in `text`, which is well-formed UTF-8, but characters with the Unicode property White_Space.
/// Services refuse such a text, and with it all others of its request.
[[nodiscard]] bool is_blank(std::string_view text) noexcept;

/// The longest beginning of `text` of at most `limit` bytes that cuts no character in two.
[[nodiscard]] std::string_view utf8_prefix(std::string_view text, std::size_t limit) noexcept;

}  // namespace pipeline
