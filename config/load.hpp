#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/environment.hpp"
#include "config/problem.hpp"
#include "config/settings.hpp"

namespace config {

/// Settings that are complete and agree with each other, or everything that an operator has to change.
using load_result = std::variant<settings, std::vector<problem>>;

/// Reads a configuration from `text`. `file` is only what problems name. Foreign bytes: never throws for
/// what they say, bounded in depth and time.
///
/// Routes without a group get the one of kafka. Secrets stay references; whether they can be read is found
/// out where they are used.
[[nodiscard]] load_result load(std::string_view text, const std::string& file,
                               const variable_lookup& variables);

/// The same from a file; one that cannot be read is a problem too.
[[nodiscard]] load_result load_file(const std::string& path, const variable_lookup& variables);

}  // namespace config
