#include "tools/reading/outcome_tally.hpp"

#include <utility>

namespace reading {

void outcome_tally::expect(std::string id)
{
    auto& found = entries_[std::move(id)];
    if (!std::exchange(found.expected, true)) ++expected_;
}

void outcome_tally::count(const std::string& id, std::string_view ending)
{
    auto& found = entries_[id];
    if (found.outcomes++ == 0) {
        ++distinct_;
        if (found.expected) ++answered_;
    }
    ++outcomes_;
    ++endings_.try_emplace(std::string{ending}).first->second;
}

std::vector<std::string> outcome_tally::some_missing(std::size_t most) const
{
    std::vector<std::string> ids;
    for (const auto& [id, found] : entries_) {
        if (ids.size() == most) break;
        if (found.expected && found.outcomes == 0) ids.push_back(id);
    }
    return ids;
}

}  // namespace reading
