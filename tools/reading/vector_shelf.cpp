#include "tools/reading/vector_shelf.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

namespace reading {

namespace {

void keep_nearest(std::vector<vector_shelf::neighbour>& all, std::size_t most)
{
    const auto wanted = std::min(most, all.size());
    std::partial_sort(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(wanted), all.end(),
                      [](const auto& a, const auto& b) { return a.cosine > b.cosine; });
    all.resize(wanted);
}

}  // namespace

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
    keep_nearest(all, most);
    return all;
}

std::vector<std::size_t> vector_shelf::best_accompanied(std::size_t most, std::size_t looked_at) const
{
    const auto looks = std::min(looked_at, entries_.size());
    std::vector<neighbour> best;
    for (std::size_t i = 0; i < looks; ++i) {
        const auto place = entries_.size() * i / looks;
        const auto near = nearest(place, 1);
        if (!near.empty()) best.push_back({place, near[0].cosine});
    }
    keep_nearest(best, most);
    std::vector<std::size_t> places;
    for (const auto& each : best) places.push_back(each.place);
    return places;
}

}  // namespace reading
