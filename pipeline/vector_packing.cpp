#include "pipeline/vector_packing.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace pipeline {

static_assert(std::endian::native == std::endian::little, "numbers are copied as they stand in memory");
static_assert(sizeof(float) == 4 && std::numeric_limits<float>::is_iec559);

namespace {

constexpr std::uint32_t float32_fraction_bits = 23;
constexpr std::uint32_t float16_fraction_bits = 10;
constexpr std::uint32_t dropped_bits = float32_fraction_bits - float16_fraction_bits;
constexpr std::uint16_t float16_infinity = 0x7C00;

/// Drops the low bits, to the nearest and halves to even. A carry out of the fraction runs into the exponent,
/// which is just where it belongs.
constexpr std::uint32_t round_off(std::uint32_t bits, std::uint32_t count)
{
    const auto half = std::uint32_t{1} << (count - 1);
    const auto odd = (bits >> count) & 1;
    return (bits + half - 1 + odd) >> count;
}

template <class Number>
void append_bytes(std::string& out, Number number)
{
    const auto bytes = std::bit_cast<std::array<char, sizeof number>>(number);
    out.append(bytes.data(), bytes.size());
}

void append_float32(std::string& out, std::span<const float> values)
{
    const auto bytes = std::as_bytes(values);
    out.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

void append_float16(std::string& out, std::span<const float> values)
{
    for (const auto each : values) append_bytes(out, to_float16(each));
}

float append_int8(std::string& out, std::span<const float> values)
{
    constexpr float steps = 127;
    float largest = 0;
    for (const auto each : values) largest = std::max(largest, std::abs(each));
    // Of subnormal numbers a part of the quotient is lost; a scale of zero would lose everything.
    const auto scale = std::max(largest / steps, std::numeric_limits<float>::denorm_min());
    for (const auto each : values) {
        const auto whole = std::clamp(std::nearbyint(each / scale), -steps, steps);
        out += static_cast<char>(static_cast<std::int8_t>(whole));
    }
    return scale;
}

}  // namespace

std::uint16_t to_float16(float value) noexcept
{
    constexpr std::uint32_t largest_subnormal_exponent = 127 - 15;  // as float32 writes its exponents
    const auto bits = std::bit_cast<std::uint32_t>(value);
    const auto sign = static_cast<std::uint16_t>((bits >> 16) & 0x8000);
    const auto magnitude = bits & 0x7FFFFFFF;
    const auto exponent = magnitude >> float32_fraction_bits;
    if (exponent > largest_subnormal_exponent) {
        const auto rebiased = magnitude - (largest_subnormal_exponent << float32_fraction_bits);
        const auto rounded = std::min<std::uint32_t>(round_off(rebiased, dropped_bits), float16_infinity);
        return static_cast<std::uint16_t>(sign | rounded);
    }
    // Below 2^-14 every step is 2^-24. What is less than half of that is zero.
    const auto shift = dropped_bits + 1 + largest_subnormal_exponent - exponent;
    if (shift > float32_fraction_bits + 1) return sign;
    const auto fraction = (magnitude & 0x7FFFFF) | 0x800000;
    return static_cast<std::uint16_t>(sign | round_off(fraction, shift));
}

bool fit_float16(std::span<const float> values) noexcept
{
    return std::none_of(values.begin(), values.end(),
                        [](float each) { return (to_float16(each) & float16_infinity) == float16_infinity; });
}

float append_packed(std::string& out, std::span<const float> values, config::vector_encoding encoding)
{
    switch (encoding) {
        case config::vector_encoding::json: break;
        case config::vector_encoding::float32: append_float32(out, values); return 1;
        case config::vector_encoding::float16: append_float16(out, values); return 1;
        case config::vector_encoding::int8: return append_int8(out, values);
    }
    throw std::logic_error{"a vector of JSON numbers has no bytes"};
}

}  // namespace pipeline
