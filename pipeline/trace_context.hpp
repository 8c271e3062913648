#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace pipeline {

/// Which trace a job is a part of, as a header traceparent says: version 00 of W3C Trace Context
/// (https://www.w3.org/TR/trace-context/).
struct trace_context {
    std::array<std::uint8_t, 16> trace_id{};  ///< never all zero
    std::uint8_t flags = 0;                   ///< only those that version 00 knows

    bool operator==(const trace_context&) const = default;
};

/// Nothing where `text` is not exactly of that form: then there is no trace, which is no failure.
[[nodiscard]] std::optional<trace_context> read_traceparent(std::string_view text);

/// The header's value: of nothing but hexadecimal digits and hyphens, whatever it was read from.
/// `parent_id` names the sender, and is not all zero.
[[nodiscard]] std::string write_traceparent(const trace_context& trace,
                                            std::span<const std::uint8_t, 8> parent_id);

}  // namespace pipeline
