#pragma once

#include <optional>
#include <string>

#include "config/settings.hpp"

namespace worker {

/// The settings in `file`; nothing, and every problem on standard error, where it has any.
[[nodiscard]] std::optional<config::settings> load_or_explain(const std::string& file);

}  // namespace worker
