#pragma once

#include <cstdint>
#include <string_view>

namespace simulator {

/// Spreads the bits of a number (the finaliser of SplitMix64), so that neighbours become strangers.
[[nodiscard]] constexpr std::uint64_t mixed(std::uint64_t value)
{
    value += 0x9E3779B97F4A7C15ULL;
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9ULL;
    value = (value ^ (value >> 27)) * 0x94D049BB133111EBULL;
    return value ^ (value >> 31);
}

/// A number in [0, 1) that depends on nothing but its argument.
[[nodiscard]] constexpr double unit_interval(std::uint64_t value)
{
    return static_cast<double>(mixed(value) >> 11) * 0x1.0p-53;
}

/// 64 bits that stand for a text. Not for adversaries: it keys counters and seeds answers.
[[nodiscard]] std::uint64_t text_hash(std::string_view text);

}  // namespace simulator
