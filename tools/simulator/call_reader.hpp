#pragma once

#include <string>
#include <variant>

#include "tools/simulator/api_error.hpp"
#include "tools/simulator/call.hpp"

namespace simulator {

/// Reads the body of a request to `where` as strictly as the service does: JSON, types, ranges, roles,
/// and parameters that the operation does not have. Consumes `body`, which is parsed in place.
/// Limits that depend on the model or on the options are checked elsewhere (limits.hpp).
[[nodiscard]] std::variant<call, api_error> read_call(const route& where, std::string body);

}  // namespace simulator
