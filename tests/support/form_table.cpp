#include "tests/support/form_table.hpp"

#include <algorithm>
#include <sstream>
#include <string_view>

#include "config/names.hpp"
#include "tests/support/config_loading.hpp"

namespace tests {
namespace {

using row = std::vector<std::string>;

constexpr std::string_view section = "\n## Every form, and its test\n";

std::string trimmed(const std::string& text)
{
    const auto first = text.find_first_not_of(' ');
    if (first == text.npos) return "";
    return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

/// The rows of the first table behind a line of the section, its head first. No cell holds a bar.
std::vector<row> table_behind(const std::string& line)
{
    const auto text = read_text(SOURCE_ROOT "/docs/formats.md");
    const auto begin = text.find('\n' + line + '\n', std::min(text.find(section), text.size()));
    std::vector<row> rows;
    if (begin == text.npos) return rows;
    std::istringstream lines{text.substr(begin + line.size() + 2)};
    for (std::string each; std::getline(lines, each) && !each.starts_with('#');) {
        if (!each.starts_with('|')) {
            if (!rows.empty()) break;
            continue;
        }
        if (each.starts_with("|---")) continue;
        std::istringstream cells{each.substr(1)};
        auto& added = rows.emplace_back();
        for (std::string cell; std::getline(cells, cell, '|');) added.push_back(trimmed(cell));
    }
    return rows;
}

std::vector<row> table_of(config::operation asks)
{
    auto name = std::string{config::name_of(asks)};
    return table_behind("### Every form of " + name);
}

std::string quoted(std::string_view text) { return '`' + std::string{text} + '`'; }

}  // namespace

std::string cell_in_table(const form_cell& cell)
{
    const auto rows = table_of(cell.asks);
    if (rows.empty()) return "";
    const auto& head = rows.front();
    const auto column = std::find(head.begin(), head.end(), quoted(config::name_of(cell.encoding)));
    const auto first = quoted(config::name_of(cell.in)) + " to " + quoted(config::name_of(cell.out));
    const auto found =
        std::find_if(rows.begin(), rows.end(), [&](const row& each) { return each.front() == first; });
    if (column == head.end() || found == rows.end()) return "";
    const auto at = static_cast<std::size_t>(column - head.begin());
    return at < found->size() ? (*found)[at] : "";
}

std::string tested_cell(const form_cell& cell) { return quoted(cell.name()); }

std::string refused_cell(const form_cell& cell, const std::string& problem)
{
    for (const auto& each : table_behind("### What the configuration refuses"))
        if (each.size() == 2 && problem.ends_with(": " + each.back()))
            return each.front() + ": " + quoted(cell.name());
    return "a letter for: " + problem;
}

std::vector<std::string> rows_in_table(config::operation asks)
{
    std::vector<std::string> all;
    for (const auto& each : table_of(asks)) all.push_back(each.front());
    if (!all.empty()) all.erase(all.begin());
    return all;
}

}  // namespace tests
