#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace pipeline {

/// "2026-03-01T12:00:00.250Z": UTC with milliseconds (RFC 3339). On the stack, because every result has two.
class rfc3339_text {
public:
    /// Clamped to the years 0000 to 9999, which is all that the form can say.
    explicit rfc3339_text(std::int64_t unix_ms);

    [[nodiscard]] std::string_view view() const noexcept { return {text_.data(), text_.size()}; }

private:
    std::array<char, 24> text_;
};

/// Unix time in milliseconds of an RFC 3339 date-time, whatever its offset; digits behind the millisecond
/// are dropped. Nothing where `text` is anything else, a date without an offset included.
[[nodiscard]] std::optional<std::int64_t> read_rfc3339(std::string_view text);

}  // namespace pipeline
