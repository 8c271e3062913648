#pragma once

#include <string>
#include <vector>

#include "config/settings.hpp"

namespace config {

/// What is allowed and may still not be meant, each as one sentence with the place in it. Pure.
[[nodiscard]] std::vector<std::string> warnings_about(const settings& what);

}  // namespace config
