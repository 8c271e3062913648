#include "tools/reading/vector_shelf.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

namespace reading {

void vector_shelf::add(std::string id, std::vector<float> vector)
{
    if (!entries_.empty() && vector.size() != dimensions()) {
        throw std::runtime_error{"the vector of " + id + " has " + std::to_string(vector.size()) +
                                 " dimensions, the others have " + std::to_string(dimensions())};
    }
    const auto norm = std::sqrt(std::inner_product(vector.begin(), vector.end(), vector.begin(), 0.0));
    if (!(norm > 0) || !std::isfinite(norm)) {
        throw std::runtime_error{"the vector of " + id + " has no direction"};
    }
    for (auto& each : vector) each = static_cast<float>(each / norm);
    entries_.push_back({std::move(id), std::move(vector)});
}

std::vector<vector_shelf::neighbour> vector_shelf::nearest(std::size_t place, std::size_t most) const
{
    const auto& asked = entries_[place].unit;
    std::vector<neighbour> all;
    all.reserve(entries_.size());
    for (std::size_t other = 0; other < entries_.size(); ++other) {
        if (other == place) continue;
        const auto& unit = entries_[other].unit;
        all.push_back({other, std::inner_product(asked.begin(), asked.end(), unit.begin(), 0.0)});
    }
    const auto wanted = std::min(most, all.size());
    std::partial_sort(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(wanted), all.end(),
                      [](const neighbour& a, const neighbour& b) { return a.cosine > b.cosine; });
    all.resize(wanted);
    return all;
}

}  // namespace reading
