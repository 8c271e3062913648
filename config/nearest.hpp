#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace config {

/// How many letters must be inserted, dropped, changed or swapped with their neighbour to make one text of
/// the other; capital letters count as small ones.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

/// The known name that `written` was most likely meant to be; nothing where none is near.
[[nodiscard]] std::optional<std::string_view> nearest(std::string_view written,
                                                      std::span<const std::string_view> known);

/// `; did you mean "text"?`, or nothing where no known name is near.
[[nodiscard]] std::string suggestion(std::string_view written, std::span<const std::string_view> known);

/// What to say about a member that nobody knows: the nearest known name, or all of them.
[[nodiscard]] std::string unknown_setting(std::string_view written, std::span<const std::string_view> known);

/// `"a", "b", "c"`.
[[nodiscard]] std::string listed(std::span<const std::string_view> names);

}  // namespace config
