#pragma once

#include <string_view>
#include <vector>

#include "tools/simulator/fault.hpp"

namespace simulator {

/// Reads fault rules from JSON (comments allowed): an array of `{"when": {...}, "then": {...}}`. Throws
/// std::invalid_argument with a sentence that says where the first problem is; unknown names are problems.
[[nodiscard]] std::vector<fault_rule> read_faults(std::string_view json);

}  // namespace simulator
