#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "tools/simulator/fault.hpp"

namespace simulator {

/// One entry of `data` or `choices`.
struct answer_slot {
    std::size_t position = 0;           ///< which answer stands here
    std::optional<std::int64_t> index;  ///< what it says it is; absent: the member is left out
};

/// The entries of a reply with `count` answers, in the order of writing, with the faults of index and
/// count applied.
[[nodiscard]] std::vector<answer_slot> arrange(std::size_t count, const reply_fault& fault);

}  // namespace simulator
