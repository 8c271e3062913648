#pragma once

#include <string>
#include <vector>

#include "tests/support/form_cell.hpp"

/// The tables "Every form, and its test" of docs/formats.md.
namespace tests {

/// What the table says of a cell; empty where it does not have it.
[[nodiscard]] std::string cell_in_table(const form_cell& cell);
/// What it has to say of a cell that can be.
[[nodiscard]] std::string tested_cell(const form_cell& cell);
/// What it has to say of one that the configuration refuses with this problem: also why, as a letter.
[[nodiscard]] std::string refused_cell(const form_cell& cell, const std::string& problem);

/// The first column of every row of an operation's table.
[[nodiscard]] std::vector<std::string> rows_in_table(config::operation asks);

}  // namespace tests
