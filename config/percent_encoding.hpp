#pragma once

#include <string>
#include <string_view>

namespace config {

/// `text` as it may stand in any part of a URL and in a form (application/x-www-form-urlencoded): all but the
/// unreserved characters of RFC 3986 section 2.3 as %XX.
[[nodiscard]] std::string percent_encoded(std::string_view text);

/// The reverse. What is no %XX stays as it is.
[[nodiscard]] std::string percent_decoded(std::string_view text);

}  // namespace config
