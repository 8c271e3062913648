#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace reading {

/// Vectors by id, and which of them are near each other. Keeps them all in memory and compares each with
/// each: right for a demonstration, not for a store.
class vector_shelf {
public:
    struct neighbour {
        std::size_t place = 0;
        double cosine = 0;
    };

    /// Throws std::runtime_error where the length differs from that of the others or is zero in norm.
    void add(std::string id, std::vector<float> vector);

    [[nodiscard]] std::size_t size() const { return entries_.size(); }
    [[nodiscard]] std::size_t dimensions() const { return entries_.empty() ? 0 : entries_[0].unit.size(); }
    [[nodiscard]] const std::string& id(std::size_t place) const { return entries_[place].id; }
    /// The `most` nearest to the one at `place`, nearest first, itself left out.
    [[nodiscard]] std::vector<neighbour> nearest(std::size_t place, std::size_t most) const;
    /// Looks at up to `looked_at` places, evenly spread, and names the `most` whose nearest neighbour is
    /// nearest.
    [[nodiscard]] std::vector<std::size_t> best_accompanied(std::size_t most, std::size_t looked_at) const;

private:
    struct entry {
        std::string id;
        std::vector<float> unit;  ///< of length 1, so that the cosine is a dot product
    };

    std::vector<entry> entries_;
};

}  // namespace reading
