#include "pipeline/reply_slots.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

namespace pipeline {

failure unusable(std::string code, std::string detail)
{
    return failure{errc::transient, std::move(detail)}.with_code(std::move(code));
}

result<std::vector<std::size_t>> reply_slots::join(std::size_t places) const
{
    if (indices_.size() != places)
        return unusable("count_mismatch", "the reply has " + std::to_string(indices_.size()) +
                                              " items where " + std::to_string(places) + " were asked for");

    std::vector<std::size_t> item_at(places);
    const auto with_index =
        std::count_if(indices_.begin(), indices_.end(), [](const auto& index) { return index.has_value(); });
    if (with_index == 0) {
        std::iota(item_at.begin(), item_at.end(), std::size_t{0});
        return item_at;
    }

    constexpr auto unset = std::numeric_limits<std::size_t>::max();
    std::fill(item_at.begin(), item_at.end(), unset);
    for (std::size_t item = 0; item < places; ++item) {
        const auto& index = indices_[item];
        if (!index)
            return unusable("missing_index",
                            "item " + std::to_string(item) + " has no index while others have");
        if (*index < 0 || static_cast<std::uint64_t>(*index) >= places)
            return unusable("index_out_of_range", "item " + std::to_string(item) + " has index " +
                                                      std::to_string(*index) + " of " +
                                                      std::to_string(places));
        auto& slot = item_at[static_cast<std::size_t>(*index)];
        if (slot != unset)
            return unusable("doubled_index", "index " + std::to_string(*index) + " comes twice");
        slot = item;
    }
    return item_at;
}

}  // namespace pipeline
