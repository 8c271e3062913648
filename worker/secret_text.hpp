#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "config/secret.hpp"

namespace worker {

/// The parts, one behind the other, without a copy in memory that nobody wipes, as a string that grows would
/// leave behind.
[[nodiscard]] config::secret joined_secret(std::initializer_list<std::string_view> parts);

/// A header line `name: value` with its CRLF. Throws std::runtime_error that begins with `purpose`, and does
/// not repeat the value, where a header cannot carry it.
[[nodiscard]] config::secret secret_header(std::string_view name, std::string_view prefix,
                                           const config::secret& value, const std::string& purpose);

/// Visible ASCII and nothing else: what a header can carry without its meaning being changed.
[[nodiscard]] bool fits_header(std::string_view value);

}  // namespace worker
