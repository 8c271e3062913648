#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/load.hpp"

namespace tests {

/// The environment of these tests: OPERATION=embeddings, SIZE=1MiB, TIME=25s, TOPIC=from-environment, EMPTY=,
/// and NOT_UTF8.
[[nodiscard]] config::variable_lookup test_variables();

[[nodiscard]] config::load_result load(std::string_view text);

/// Fails the test where there are problems.
[[nodiscard]] config::settings settings_of(std::string_view text);

/// `line:column: path: message` for each problem; empty for good settings.
[[nodiscard]] std::vector<std::string> problems_of(std::string_view text);

/// All of them, one a line.
[[nodiscard]] std::string report_of(std::string_view text);

/// A small configuration without problems, in which one piece of text is replaced by another.
/// `what` must occur in it; see base_text().
[[nodiscard]] std::string changed(std::string_view what, std::string_view by);
[[nodiscard]] const std::string& base_text();

[[nodiscard]] std::string read_text(const std::string& path);

}  // namespace tests
