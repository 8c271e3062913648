#include "tools/reading/neighbour_order.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace reading {
namespace {

/// Rows of numbers, and how long each is.
class rows {
public:
    rows(std::span<const float> numbers, std::size_t dimensions) : numbers_{numbers}, dimensions_{dimensions}
    {
        for (std::size_t i = 0; i < size(); ++i) lengths_.push_back(std::sqrt(product(i, i)));
    }

    [[nodiscard]] std::size_t size() const { return numbers_.size() / dimensions_; }
    [[nodiscard]] double cosine(std::size_t a, std::size_t b) const
    {
        return product(a, b) / (lengths_[a] * lengths_[b]);
    }
    [[nodiscard]] std::vector<double> cosines(std::size_t asked) const
    {
        std::vector<double> all(size());
        for (std::size_t i = 0; i < all.size(); ++i) all[i] = cosine(asked, i);
        return all;
    }

private:
    /// Sums side by side: the compiler may not reorder the additions of one.
    [[nodiscard]] double product(std::size_t a, std::size_t b) const
    {
        const auto left = numbers_.subspan(a * dimensions_, dimensions_);
        const auto right = numbers_.subspan(b * dimensions_, dimensions_);
        std::array<double, 4> sums{};
        std::size_t at = 0;
        for (; at + sums.size() <= dimensions_; at += sums.size())
            for (std::size_t lane = 0; lane < sums.size(); ++lane)
                sums[lane] += static_cast<double>(left[at + lane]) * static_cast<double>(right[at + lane]);
        for (; at < dimensions_; ++at)
            sums[0] += static_cast<double>(left[at]) * static_cast<double>(right[at]);
        return sums[0] + sums[1] + sums[2] + sums[3];
    }

    std::span<const float> numbers_;
    std::size_t dimensions_;
    std::vector<double> lengths_;
};

/// The nearest to `asked`, itself left out, nearest first.
std::vector<std::size_t> nearest_to(std::size_t asked, const std::vector<double>& cosines, std::size_t most)
{
    std::vector<std::size_t> places(cosines.size());
    std::iota(places.begin(), places.end(), 0);
    places.erase(places.begin() + static_cast<std::ptrdiff_t>(asked));
    std::partial_sort(places.begin(), places.begin() + static_cast<std::ptrdiff_t>(most), places.end(),
                      [&](std::size_t a, std::size_t b) { return cosines[a] > cosines[b]; });
    places.resize(most);
    return places;
}

}  // namespace

neighbour_order compare_neighbours(std::span<const float> exact, std::span<const float> decoded,
                                   std::size_t dimensions, std::size_t lists, std::size_t nearest)
{
    const rows before{exact, dimensions};
    const rows after{decoded, dimensions};
    std::size_t pairs = 0;
    std::size_t pairs_kept = 0;
    std::size_t members_kept = 0;
    std::size_t first_kept = 0;
    for (std::size_t asked = 0; asked < lists; ++asked) {
        const auto were = before.cosines(asked);
        const auto are = after.cosines(asked);
        const auto wanted = nearest_to(asked, were, nearest);
        const auto found = nearest_to(asked, are, nearest);
        // What is as near as the last one may stand in its place.
        const auto still_near = [&](std::size_t place) { return were[place] >= were[wanted.back()]; };
        members_kept += static_cast<std::size_t>(std::count_if(found.begin(), found.end(), still_near));
        if (were[found.front()] >= were[wanted.front()]) ++first_kept;
        for (std::size_t i = 0; i < nearest; ++i) {
            for (std::size_t j = i + 1; j < nearest; ++j) {
                if (were[wanted[i]] == were[wanted[j]]) continue;
                ++pairs;
                if (are[wanted[i]] > are[wanted[j]]) ++pairs_kept;
            }
        }
    }
    const auto share = [](std::size_t part, std::size_t whole) {
        return whole == 0 ? 1.0 : static_cast<double>(part) / static_cast<double>(whole);
    };
    return {lists, share(pairs_kept, pairs), share(members_kept, lists * nearest), share(first_kept, lists)};
}

}  // namespace reading
