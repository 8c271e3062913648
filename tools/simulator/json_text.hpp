#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace simulator {

/// Appends `text` as a JSON string with its quotes (RFC 8259 section 7). UTF-8 is passed through.
void append_quoted(std::string& out, std::string_view text);
/// The same for bytes that need not be text: where they are not UTF-8, each is taken for the character of its
/// number, so that the result is JSON in any case and nothing is lost.
void append_quoted_bytes(std::string& out, std::string_view bytes);

void append_number(std::string& out, std::int64_t value);

[[nodiscard]] std::string in_quotes(std::string_view text);

}  // namespace simulator
