#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace simulator {

/// The two halves of a request target, still percent-encoded.
struct target_parts {
    std::string_view path;
    std::string_view query;
};

[[nodiscard]] target_parts split_target(std::string_view target);

/// Undoes percent-encoding (RFC 3986 section 2.1). A `%` without two hex digits stays as it is.
[[nodiscard]] std::string percent_decoded(std::string_view text);

/// The decoded value of a query parameter, `+` read as a space; nothing where the name is absent.
[[nodiscard]] std::optional<std::string> query_value(std::string_view query, std::string_view name);

}  // namespace simulator
