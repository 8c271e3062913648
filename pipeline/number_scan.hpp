#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace pipeline {

/// How many numbers stand in `text`, what is between the brackets of a JSON array, where one look is enough
/// to know that it is a vector: nothing but numbers by the grammar of RFC 8259 §6 with single commas between
/// them, each finite as float32, and not all of them written as zero. Nothing where somebody has to read the
/// numbers to know: there is white space, a positive exponent, or something else than numbers.
///
/// Looks at sixty-four characters at a time, all of which a bit mask stands for, after Langdale and Lemire,
/// "Parsing Gigabytes of JSON per Second" (2019): twenty times as fast as reading. 64 bytes behind the text
/// are read and do not matter. Never finds anything on machines without SSSE3.
[[nodiscard]] std::optional<std::size_t> count_plain_numbers(std::string_view text) noexcept;

/// Takes the white space between the numbers of an array out of `text`, and gives what is left, at its
/// beginning; behind that stand blanks. Nothing where white space stands within what is separated by commas:
/// then the text may have changed, but not what it means as JSON.
[[nodiscard]] std::optional<std::string_view> squeeze(std::span<char> text) noexcept;

}  // namespace pipeline
