#include "config/problem.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace config {
namespace {

constexpr std::size_t most_shown = 100;

bool is_control(char each) { return static_cast<unsigned char>(each) < 0x20 || each == 0x7F; }

}  // namespace

std::string to_string(const problem& what)
{
    auto result = what.file + ':';
    if (what.line > 0) result += std::to_string(what.line) + ':' + std::to_string(what.column) + ':';
    result += ' ';
    if (!what.path.empty()) result += what.path + ": ";
    result += what.message;
    // Messages quote the file, which may hold anything.
    std::replace_if(result.begin(), result.end(), is_control, ' ');
    return result;
}

problem_list::problem_list(std::string file, std::string_view text) : file_{std::move(file)}, text_{text}
{
    line_starts_.push_back(0);
    for (std::size_t at = 0; at < text.size(); ++at)
        if (text[at] == '\n') line_starts_.push_back(at + 1);
}

void problem_list::report(std::size_t offset, std::string path, std::string message)
{
    found_.push_back({std::min(offset, text_.size()), std::move(path), std::move(message)});
}

bool problem_list::concerns(std::string_view path) const
{
    return std::any_of(found_.begin(), found_.end(), [&](const finding& each) {
        if (!each.path.starts_with(path)) return false;
        return each.path.size() == path.size() || each.path[path.size()] == '.' ||
               each.path[path.size()] == '[';
    });
}

std::vector<problem> problem_list::in_order() const
{
    std::vector<const finding*> sorted;
    for (const auto& each : found_) sorted.push_back(&each);
    // Of two at one place the one found first comes first: their addresses are in that order.
    std::sort(sorted.begin(), sorted.end(), [](const finding* a, const finding* b) {
        return std::tie(a->offset, a) < std::tie(b->offset, b);
    });
    // A rule may meet the same mistake from two sides.
    const auto same = [](const finding* a, const finding* b) {
        return a->offset == b->offset && a->path == b->path && a->message == b->message;
    };
    sorted.erase(std::unique(sorted.begin(), sorted.end(), same), sorted.end());
    std::vector<problem> result;
    for (const auto* each : sorted) {
        if (result.size() == most_shown) {
            result.push_back({file_,
                              0,
                              0,
                              {},
                              std::to_string(sorted.size() - most_shown) + " further problems not shown"});
            break;
        }
        result.push_back(located(*each));
    }
    return result;
}

problem problem_list::located(const finding& what) const
{
    const auto next_line = std::upper_bound(line_starts_.begin(), line_starts_.end(), what.offset);
    const auto line_start = *std::prev(next_line);
    const auto before = text_.substr(line_start, what.offset - line_start);
    // Continuation bytes of UTF-8 (10xxxxxx) belong to the character before them.
    const auto characters = std::count_if(before.begin(), before.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    });
    return {file_, static_cast<int>(next_line - line_starts_.begin()), static_cast<int>(characters) + 1,
            what.path, what.message};
}

}  // namespace config
