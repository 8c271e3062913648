#include "tools/reading/neighbour_order.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <numeric>
#include <string>

#include "pipeline/vector_packing.hpp"
#include "tools/encodings/text_vector.hpp"
#include "tools/reading/packed_vector.hpp"

namespace tests {
namespace {

using config::vector_encoding;
using reading::compare_neighbours;

constexpr std::size_t dimensions = 1536;

/// A vector at an angle, in degrees.
std::vector<float> at(double angle)
{
    const auto radians = angle * 3.14159265358979 / 180;
    return {static_cast<float>(std::cos(radians)), static_cast<float>(std::sin(radians))};
}

std::vector<float> all_at(const std::vector<double>& angles)
{
    std::vector<float> all;
    for (const auto each : angles)
        for (const auto number : at(each)) all.push_back(number);
    return all;
}

/// Real sentences: the long lines of this project's own pages.
std::vector<float> vectors_of_pages()
{
    constexpr std::size_t shortest = 60;
    std::vector<float> all;
    for (const char* page : {"README.md", "docs/formats.md", "pipeline/README.md", "config/README.md"}) {
        std::ifstream file{std::string{SOURCE_ROOT "/"} + page};
        for (std::string line; std::getline(file, line);) {
            if (line.size() < shortest) continue;
            const auto vector = encodings::text_vector(line, dimensions);
            all.insert(all.end(), vector.begin(), vector.end());
        }
    }
    return all;
}

/// Through the worker's packing and a reader of its own; each number is within the bounds of docs/formats.md.
std::vector<float> taken_through(std::span<const float> all, vector_encoding encoding)
{
    std::vector<float> decoded;
    for (std::size_t begin = 0; begin < all.size(); begin += dimensions) {
        const auto exact = all.subspan(begin, dimensions);
        std::string bytes;
        const auto scale = pipeline::append_packed(bytes, exact, encoding);
        const bool scaled = encoding == vector_encoding::int8;
        const auto back = scaled ? reading::read_int8(bytes, scale) : reading::read_float16(bytes);
        REQUIRE(back.size() == dimensions);
        const auto largest = std::abs(*std::max_element(
            exact.begin(), exact.end(), [](float a, float b) { return std::abs(a) < std::abs(b); }));
        for (std::size_t i = 0; i < dimensions; ++i) {
            const auto size = std::abs(exact[i]);
            // Beside the bounds themselves what float32 rounds when the reader multiplies.
            const auto allowed = scaled ? largest / 127 / 2 + std::ldexp(size, -22)
                                        : std::max(size / 2048, std::ldexp(1.0F, -25));
            REQUIRE(std::abs(back[i] - exact[i]) <= allowed);
        }
        decoded.insert(decoded.end(), back.begin(), back.end());
    }
    return decoded;
}

}  // namespace

TEST_CASE("an order of neighbours is compared by pairs, by members and by the first")
{
    const auto exact = all_at({0, 1, 2, 3, 50});
    const auto same = compare_neighbours(exact, exact, 2, 1, 3);
    CHECK(same.pairs_kept == 1);
    CHECK(same.members_kept == 1);
    CHECK(same.first_kept == 1);

    const auto swapped = compare_neighbours(exact, all_at({0, 2, 1, 3, 50}), 2, 1, 3);
    CHECK(swapped.pairs_kept == doctest::Approx(2.0 / 3));
    CHECK(swapped.members_kept == 1);
    CHECK(swapped.first_kept == 0);

    const auto gone = compare_neighbours(exact, all_at({0, 1, 2, 60, 3}), 2, 1, 3);
    CHECK(gone.pairs_kept == 1);
    CHECK(gone.members_kept == doctest::Approx(2.0 / 3));
    CHECK(gone.first_kept == 1);
}

TEST_CASE("neighbours that are equally near may change places")
{
    const auto twins = compare_neighbours(all_at({0, 1, 1, 50}), all_at({0, 1.1, 1, 50}), 2, 1, 2);
    CHECK(twins.pairs_kept == 1);
    CHECK(twins.members_kept == 1);
    CHECK(twins.first_kept == 1);
}

TEST_CASE("texts that share spellings have vectors that are near each other, always the same ones")
{
    const auto chair = encodings::text_vector("A chair has four legs.", 256);
    CHECK(chair == encodings::text_vector("A chair has four legs.", 256));
    std::vector<float> all;
    for (const char* text :
         {"A chair has four legs.", "Chairs have got four legs", "Rain is expected tomorrow"}) {
        const auto vector = encodings::text_vector(text, 256);
        all.insert(all.end(), vector.begin(), vector.end());
    }
    auto other = all;
    std::swap_ranges(other.begin() + 256, other.begin() + 512, other.begin() + 512);
    CHECK(compare_neighbours(all, other, 256, 1, 2).pairs_kept == 0);
    const auto near = std::inner_product(all.begin(), all.begin() + 256, all.begin() + 256, 0.0);
    const auto far = std::inner_product(all.begin(), all.begin() + 256, all.begin() + 512, 0.0);
    CHECK(near > far + 0.2);
    CHECK(std::inner_product(all.begin(), all.begin() + 256, all.begin(), 0.0) == doctest::Approx(1));
}

TEST_CASE("float16 and int8 keep numbers within their bounds, and neighbours in their order")
{
    const auto all = vectors_of_pages();
    REQUIRE(all.size() > 300 * dimensions);
    const auto half =
        compare_neighbours(all, taken_through(all, vector_encoding::float16), dimensions, 100, 10);
    CHECK(half.pairs_kept > 0.995);
    CHECK(half.members_kept > 0.995);
    // tools/bench encodings measures it on 1,000 lists; the pages change, and this must not fail for that.
    const auto byte = compare_neighbours(all, taken_through(all, vector_encoding::int8), dimensions, 100, 10);
    CHECK(byte.pairs_kept > 0.98);
    CHECK(byte.members_kept > 0.98);
}

}  // namespace tests
