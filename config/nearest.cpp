#include "config/nearest.hpp"

#include <algorithm>
#include <vector>

#include "config/document.hpp"

namespace config {
namespace {

/// Names are short; a text beyond this is no misspelt name, and the distance costs its length squared.
constexpr std::size_t longest_name = 64;

/// So many letters at the beginning of a name stand for the whole of it: "warn" is "warning".
constexpr std::size_t shortest_beginning = 3;

char small(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

// Optimal string alignment: three rows of the usual table, one more than without swaps.
std::size_t edit_distance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> before_last(b.size() + 1);
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = small(a[i - 1]) == small(b[j - 1]) ? 0 : 1;
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + change});
            const bool swapped =
                i > 1 && j > 1 && small(a[i - 1]) == small(b[j - 2]) && small(a[i - 2]) == small(b[j - 1]);
            if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
        }
        before_last.swap(last);
        last.swap(row);
    }
    return last[b.size()];
}

std::optional<std::string_view> nearest(std::string_view written, std::span<const std::string_view> known)
{
    if (written.size() > longest_name) return std::nullopt;
    // One slip in a short word, about one in three letters of a long one.
    const auto tolerated = std::max<std::size_t>(1, (written.size() + 1) / 3);
    std::optional<std::string_view> best;
    auto best_distance = tolerated + 1;
    for (const auto each : known) {
        const bool is_beginning = written.size() >= shortest_beginning && each.starts_with(written);
        const auto distance = is_beginning ? 1 : edit_distance(written, each);
        if (distance < best_distance) {
            best = each;
            best_distance = distance;
        }
    }
    return best;
}

std::string suggestion(std::string_view written, std::span<const std::string_view> known)
{
    const auto best = nearest(written, known);
    return best ? "; did you mean " + in_quotes(*best) + '?' : std::string{};
}

std::string unknown_setting(std::string_view written, std::span<const std::string_view> known)
{
    const auto near = suggestion(written, known);
    return "unknown setting" + (near.empty() ? "; known here: " + listed(known) : near);
}

std::string listed(std::span<const std::string_view> names)
{
    std::string result;
    for (const auto each : names) result += (result.empty() ? "" : ", ") + in_quotes(each);
    return result;
}

}  // namespace config
