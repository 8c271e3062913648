#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace reading {

/// How far the order of nearest neighbours survives when vectors are encoded and decoded.
struct neighbour_order {
    std::size_t lists = 0;
    /// Of all pairs of neighbours in a list whose cosines differ, the share that stand in the same order by
    /// the decoded vectors.
    double pairs_kept = 0;
    /// Of all neighbours in the lists, the share that is also among the nearest by the decoded vectors.
    double members_kept = 0;
    /// Of all lists, the share whose first neighbour is the same. Of equally near ones either will do.
    double first_kept = 0;
};

/// Compares the lists of the `nearest` neighbours by cosine of the first `lists` vectors, each among all
/// others, before and after. Rows of `dimensions` numbers, none of them zero; as many in both, at least
/// `nearest` + 1. The question is encoded, too.
[[nodiscard]] neighbour_order compare_neighbours(std::span<const float> exact, std::span<const float> decoded,
                                                 std::size_t dimensions, std::size_t lists,
                                                 std::size_t nearest);

}  // namespace reading
