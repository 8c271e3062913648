#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "config/units.hpp"

namespace config {

/// "25s", "500ms", "10m", "2h": a whole number and one unit. Nothing for anything else, negative numbers and
/// numbers beyond what a duration holds among it.
[[nodiscard]] std::optional<duration> parse_duration(std::string_view text);

/// "512B", "64KiB", "256MiB", "1GiB": a whole number and one unit.
[[nodiscard]] std::optional<bytes> parse_size(std::string_view text);

/// In the largest unit that divides it, as an operator would write it. Durations below one millisecond are
/// not settings.
[[nodiscard]] std::string to_text(duration time);
[[nodiscard]] std::string to_text(bytes size);

}  // namespace config
