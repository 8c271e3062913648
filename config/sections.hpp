#pragma once

#include <string>
#include <vector>

#include "config/settings.hpp"
#include "config/value_reader.hpp"

namespace config {

/// The readers of the file's sections. Each reads what it can and reports the rest; values that could not
/// be read keep their defaults. Rules across sections are check_rules' business.
[[nodiscard]] kafka_settings read_kafka(const node& section, const value_reader& values);
[[nodiscard]] std::vector<deployment_settings> read_deployments(const node& section,
                                                                const value_reader& values);
[[nodiscard]] std::vector<route_settings> read_routes(const node& section, const value_reader& values);

/// Members of a request body, as one compact JSON object; members that the program writes itself are
/// refused.
[[nodiscard]] std::string read_parameters(const node& object, const value_reader& values);

/// Reports a name that could not stand in an outcome id, a log or a metric.
void check_name(const node_member& named, const value_reader& values);

}  // namespace config
