#include "pipeline/vector_norm.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace pipeline {

double norm_of(std::span<const float> values) noexcept
{
    // The square of the largest float fits into a double, and so does the sum of as many as memory holds.
    double squares = 0;
    for (const double each : values) squares += each * each;
    return std::sqrt(squares);
}

bool scale_to(std::span<float> values, double norm) noexcept
{
    const auto own = norm_of(values);
    if (own == 0) return false;
    const auto factor = norm / own;
    constexpr double largest = std::numeric_limits<float>::max();
    const bool fits = std::all_of(values.begin(), values.end(),
                                  [&](double each) { return std::abs(each * factor) <= largest; });
    if (!fits) return false;
    for (auto& each : values) each = static_cast<float>(each * factor);
    return true;
}

}  // namespace pipeline
