#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "config/json_pointer.hpp"

namespace config {

/// The value of a variable, or nothing where it is not set.
using variable_lookup = std::function<std::optional<std::string>(std::string_view name)>;

/// The variables of this process. Besides secrets nothing else in the program reads them.
[[nodiscard]] variable_lookup process_environment();

/// A letter or _, then letters, digits and _.
[[nodiscard]] bool is_variable_name(std::string_view name);

/// `text` with each ${NAME} replaced by that variable's value and each $${ by ${. What a variable holds is
/// not looked at again. Fails for a variable that is not set, and never quotes a value.
[[nodiscard]] std::variant<std::string, text_error> expand(std::string_view text,
                                                           const variable_lookup& variables);

}  // namespace config
