#include "tools/reading/packed_vector.hpp"

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <stdexcept>

namespace reading {
namespace {

std::uint32_t bits_at(std::string_view bytes, std::size_t place, std::size_t size)
{
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < size; ++i)
        bits |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[place * size + i])) << (8 * i);
    return bits;
}

std::size_t count_of(std::string_view bytes, std::size_t size)
{
    if (bytes.size() % size != 0) throw std::runtime_error{"a vector breaks off within a number"};
    return bytes.size() / size;
}

/// As the standard says what a binary16 means: sign, five bits of exponent, ten of fraction.
float meaning_of_binary16(std::uint32_t bits)
{
    const auto exponent = static_cast<int>(bits >> 10 & 0x1F);
    const auto fraction = static_cast<float>(bits & 0x3FF);
    const float sign = (bits & 0x8000) != 0 ? -1.0F : 1.0F;
    if (exponent == 0x1F)
        return fraction == 0 ? sign * std::numeric_limits<float>::infinity()
                             : std::numeric_limits<float>::quiet_NaN();
    if (exponent == 0) return sign * std::ldexp(fraction, -24);
    return sign * std::ldexp(1024 + fraction, exponent - 25);
}

}  // namespace

std::vector<float> read_float32(std::string_view bytes)
{
    std::vector<float> numbers(count_of(bytes, 4));
    for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = std::bit_cast<float>(bits_at(bytes, i, 4));
    return numbers;
}

std::vector<float> read_float16(std::string_view bytes)
{
    std::vector<float> numbers(count_of(bytes, 2));
    for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = meaning_of_binary16(bits_at(bytes, i, 2));
    return numbers;
}

std::vector<float> read_int8(std::string_view bytes, float scale)
{
    std::vector<float> numbers(bytes.size());
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        const auto whole = static_cast<signed char>(bytes[i]);
        if (whole == -128) throw std::runtime_error{"a vector of int8 holds -128"};
        numbers[i] = static_cast<float>(whole) * scale;
    }
    return numbers;
}

}  // namespace reading
