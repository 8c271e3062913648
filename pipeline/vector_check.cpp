#include "pipeline/vector_check.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <string>

#include "pipeline/reply_slots.hpp"

namespace pipeline {
namespace {

constexpr std::uint32_t magnitude_bits = 0x7FFFFFFF;
constexpr std::uint32_t infinity = 0x7F800000;

}  // namespace

// A loop without exits and jumps: the compiler makes vector instructions of it.
std::uint32_t largest_magnitude(std::span<const float> values) noexcept
{
    std::uint32_t largest = 0;
    for (const auto each : values)
        largest = std::max(largest, std::bit_cast<std::uint32_t>(each) & magnitude_bits);
    return largest;
}

std::optional<failure> check_dimensions(std::size_t count, std::size_t dimensions)
{
    if (count == dimensions) return std::nullopt;
    return unusable("wrong_dimensions", "a vector has " + std::to_string(count) + " dimensions where " +
                                            std::to_string(dimensions) + " belong");
}

std::optional<failure> check_magnitude(std::uint32_t largest)
{
    if (largest >= infinity) return unusable("not_finite", "a vector holds a value that is not finite");
    if (largest == 0) return unusable("zero_vector", "a vector is all zero");
    return std::nullopt;
}

}  // namespace pipeline
