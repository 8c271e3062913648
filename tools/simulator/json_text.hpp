#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace simulator {

/// Appends `text` as a JSON string with its quotes (RFC 8259 section 7). UTF-8 is passed through.
void append_quoted(std::string& out, std::string_view text);

void append_number(std::string& out, std::int64_t value);

[[nodiscard]] std::string in_quotes(std::string_view text);

}  // namespace simulator
