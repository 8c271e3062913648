#include "pipeline/vector_norm.hpp"

#include <doctest/doctest.h>

#include <limits>

using pipeline::norm_of;
using pipeline::scale_to;

TEST_CASE("a vector is scaled to the length that is asked for, and keeps its direction")
{
    std::vector values{3.0f, -4.0f};
    CHECK(norm_of(values) == 5);
    CHECK(scale_to(values, 1));
    CHECK(values == std::vector{0.6f, -0.8f});
    CHECK(scale_to(values, 10));
    CHECK(norm_of(values) == doctest::Approx(10));
}

TEST_CASE("a vector without a direction cannot be scaled")
{
    std::vector values{0.0f, 0.0f};
    CHECK_FALSE(scale_to(values, 1));
    CHECK(values == std::vector{0.0f, 0.0f});
}

TEST_CASE("neither the largest nor the smallest floats overflow or vanish on the way")
{
    constexpr auto largest = std::numeric_limits<float>::max();
    constexpr auto least = std::numeric_limits<float>::denorm_min();
    std::vector large{largest, largest};
    CHECK(scale_to(large, 1));
    CHECK(norm_of(large) == doctest::Approx(1));
    std::vector small{least, least};
    CHECK(scale_to(small, 1));
    CHECK(norm_of(small) == doctest::Approx(1));
    CHECK_FALSE(scale_to(small, 1e300));
    CHECK(norm_of(small) == doctest::Approx(1));
}
