#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pipeline {

/// "2026-03-01T12:00:00.250Z": UTC with milliseconds (RFC 3339). Clamped to the years 0000 to 9999, which
/// is all that the form can say.
[[nodiscard]] std::string write_rfc3339(std::int64_t unix_ms);

/// Unix time in milliseconds of an RFC 3339 date-time, whatever its offset; digits behind the millisecond
/// are dropped. Nothing where `text` is anything else, a date without an offset included.
[[nodiscard]] std::optional<std::int64_t> read_rfc3339(std::string_view text);

}  // namespace pipeline
