#pragma once

#include <optional>
#include <string_view>

namespace config {

/// Why this librdkafka property may not be set to this value, where it may not: something that the program
/// promises depends on it, or another setting says the same. Nothing for properties that nobody knows;
/// librdkafka itself tells those apart.
[[nodiscard]] std::optional<std::string_view> objection_to(std::string_view property, std::string_view value);

/// The value is a credential, so that only a reference to it may be given.
[[nodiscard]] bool is_secret_property(std::string_view property);

}  // namespace config
