#include "pipeline/vector_packing.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "pipeline/vector_norm.hpp"

using config::vector_encoding;
using pipeline::fit_float16;
using pipeline::to_float16;

namespace {

/// What the bits of a binary16 mean, by the definition of IEEE 754 and not by ours.
float from_float16(unsigned bits)
{
    const auto exponent = static_cast<int>(bits >> 10 & 31);
    const auto fraction = static_cast<float>(bits & 1023);
    const auto magnitude =
        exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(fraction + 1024.0f, exponent - 25);
    return (bits & 0x8000) != 0 ? -magnitude : magnitude;
}

std::vector<float> random_vector(std::mt19937& random, std::size_t dimensions)
{
    std::normal_distribution<float> spread;
    std::vector<float> values(dimensions);
    for (auto& each : values) each = spread(random);
    REQUIRE(pipeline::scale_to(values, 1));
    return values;
}

struct packed_vector {
    std::string bytes;
    float scale = 0;
};

packed_vector packed(const std::vector<float>& values, vector_encoding encoding)
{
    packed_vector made;
    made.scale = pipeline::append_packed(made.bytes, values, encoding);
    return made;
}

}  // namespace

TEST_CASE("every finite float16 comes back as itself")
{
    for (unsigned bits = 0; bits < 0x10000; ++bits) {
        if ((bits & 0x7C00) == 0x7C00) continue;
        REQUIRE(to_float16(from_float16(bits)) == bits);
    }
}

TEST_CASE("between two neighbours float16 takes the nearer one, and the even one of two as near")
{
    for (unsigned bits = 0; bits < 0x7BFF; ++bits) {
        const auto low = from_float16(bits);
        const auto high = from_float16(bits + 1);
        const auto middle = low + (high - low) / 2;
        const auto even = (bits & 1) == 0 ? bits : bits + 1;
        REQUIRE(to_float16(middle) == even);
        REQUIRE(to_float16(std::nextafter(middle, low)) == bits);
        REQUIRE(to_float16(std::nextafter(middle, high)) == bits + 1);
    }
}

TEST_CASE("what is too large for float16 is infinite there, and does not fit")
{
    CHECK(to_float16(65'519.0f) == 0x7BFF);
    CHECK(to_float16(65'520.0f) == 0x7C00);
    CHECK(to_float16(-std::numeric_limits<float>::max()) == 0xFC00);
    CHECK(fit_float16(std::vector{65'519.0f}));
    CHECK_FALSE(fit_float16(std::vector{1.0f, -65'520.0f}));
}

TEST_CASE("bytes are little-endian, in the order of the numbers")
{
    const std::vector values{1.0f, -0.5f};
    CHECK(packed(values, vector_encoding::float32).bytes ==
          std::string{"\x00\x00\x80\x3F\x00\x00\x00\xBF", 8});
    CHECK(packed(values, vector_encoding::float16).bytes == std::string{"\x00\x3C\x00\xB8", 4});
    const auto whole = packed(values, vector_encoding::int8);
    CHECK(whole.bytes == std::string{"\x7F\xC0", 2});
    CHECK(whole.scale == 1.0f / 127);
}

TEST_CASE("no number of an int8 vector is off by more than half of its scale")
{
    const auto seed = std::random_device{}();
    CAPTURE(seed);
    std::mt19937 random{seed};
    for (int i = 0; i < 100; ++i) {
        const auto values = random_vector(random, 256);
        const auto made = packed(values, vector_encoding::int8);
        for (std::size_t at = 0; at < values.size(); ++at) {
            const auto back = static_cast<float>(static_cast<signed char>(made.bytes[at])) * made.scale;
            REQUIRE(std::abs(back - values[at]) <= made.scale * 0.5001f);
        }
    }
}

TEST_CASE("the smallest numbers there are can be packed as int8")
{
    constexpr auto least = std::numeric_limits<float>::denorm_min();
    const auto made = packed(std::vector{least, -least}, vector_encoding::int8);
    CHECK(made.scale == least);
    CHECK(made.bytes == std::string{"\x01\xFF", 2});
}
