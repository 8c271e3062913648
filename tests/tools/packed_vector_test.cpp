#include "tools/reading/packed_vector.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <string>

#include "pipeline/vector_packing.hpp"

namespace tests {

using reading::read_float16;
using reading::read_float32;
using reading::read_int8;
using namespace std::string_literals;

TEST_CASE("packed numbers are read as they are written elsewhere")
{
    // Python: struct.pack('<3f', 0.5, -0.25, 0.1), '<3e', '<3b'
    CHECK(read_float32("\0\0\0\x3F\0\0\x80\xBE\xCD\xCC\xCC\x3D"s) == std::vector<float>{0.5F, -0.25F, 0.1F});
    CHECK(read_float16("\0\x38\0\xB4\x66\x2E"s) == std::vector<float>{0.5F, -0.25F, 0.0999755859375F});
    CHECK(read_float16("\x01\0\xFF\x7B"s) == std::vector<float>{std::ldexp(1.0F, -24), 65504.0F});
    CHECK(read_int8("\x7F\xC0\x19"s, 0.5F) == std::vector<float>{63.5F, -32.0F, 12.5F});
}

TEST_CASE("every float16 that is read is written as the same bits again")
{
    for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
        const std::string bytes{static_cast<char>(bits & 0xFF), static_cast<char>(bits >> 8)};
        const auto number = read_float16(bytes).front();
        if (std::isnan(number)) continue;
        REQUIRE(pipeline::to_float16(number) == bits);
    }
}

TEST_CASE("what is no vector of an encoding is refused")
{
    CHECK_THROWS_AS(read_float32("abc"), std::runtime_error);
    CHECK_THROWS_AS(read_float16("abc"), std::runtime_error);
    CHECK_THROWS_AS(read_int8("\x80", 1), std::runtime_error);
}

}  // namespace tests
