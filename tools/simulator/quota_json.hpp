#pragma once

#include <map>
#include <string>
#include <string_view>

#include "tools/simulator/quota.hpp"

namespace simulator {

/// Limits from `{"tokens_per_minute": 350000, "requests_per_minute": 2100, "foreign_share": 0.5}`, each of
/// which may be absent. Throws std::invalid_argument that says what is wrong.
[[nodiscard]] quota_limits read_quota_limits(std::string_view json);

/// The same with a member `deployments`: what each of them has come to.
[[nodiscard]] std::string to_json(const quota_limits& limits,
                                  const std::map<std::string, quota_count>& counts);

}  // namespace simulator
