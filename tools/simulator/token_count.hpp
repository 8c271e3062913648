#pragma once

#include <cstddef>
#include <string_view>

namespace simulator {

/// How many tokens the simulated model sees in a text: a rule of its own that comes near a real
/// tokenizer on English (about 4.3 bytes a token) and, as a real one, counts code, digits and other
/// scripts dearer than their length suggests. One token is, with one leading space: up to six letters, up
/// to three digits, a run of white space, one punctuation mark, or one character outside ASCII.
[[nodiscard]] std::size_t count_tokens(std::string_view text);

/// The longest beginning of `text` that has at most `limit` tokens.
[[nodiscard]] std::string_view first_tokens(std::string_view text, std::size_t limit);

/// What the service's admission check takes a text for before it is tokenized: 0.25 tokens per byte of
/// UTF-8, rounded up.
[[nodiscard]] constexpr std::size_t quick_estimate(std::string_view text) { return (text.size() + 3) / 4; }

}  // namespace simulator
