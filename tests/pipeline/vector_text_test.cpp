#include "pipeline/vector_text.hpp"

#include <doctest/doctest.h>

#include <bit>
#include <random>

#include "pipeline/json_document.hpp"

using config::vector_encoding;
using pipeline::append_vector;
using pipeline::read_base64_vector;

namespace {

std::string written(const std::vector<float>& values, vector_encoding encoding)
{
    std::string out;
    append_vector(out, values, encoding);
    return out;
}

}  // namespace

TEST_CASE("a vector is written as numbers or as base64 of little-endian float32")
{
    const std::vector<float> values{1.0f, -0.5f, 0.25f, 0.0f};
    CHECK(written(values, vector_encoding::json) == "[1,-0.5,0.25,0]");
    CHECK(written(values, vector_encoding::float32) == "\"AACAPwAAAL8AAIA+AAAAAA==\"");
    CHECK(written({}, vector_encoding::json) == "[]");
}

TEST_CASE("base64 of float32 is read")
{
    CHECK(read_base64_vector("AACAPwAAAL8AAIA+AAAAAA==") == std::vector<float>{1.0f, -0.5f, 0.25f, 0.0f});
    CHECK(read_base64_vector("") == std::vector<float>{});
}

TEST_CASE("base64 that is no whole number of floats is refused")
{
    CHECK_FALSE(read_base64_vector("AACA"));
    CHECK_FALSE(read_base64_vector("AACAPw"));
    CHECK_FALSE(read_base64_vector("AACAP!=="));
}

TEST_CASE("vectors survive base64 bit by bit")
{
    const auto seed = std::random_device{}();
    CAPTURE(seed);
    std::mt19937 random{seed};
    std::vector<float> values(1536);
    for (auto& each : values) each = std::bit_cast<float>(static_cast<std::uint32_t>(random()));
    const auto text = written(values, vector_encoding::float32);
    const auto back = read_base64_vector(std::string_view{text}.substr(1, text.size() - 2));
    REQUIRE(back);
    for (std::size_t i = 0; i < values.size(); ++i)
        CHECK(std::bit_cast<std::uint32_t>((*back)[i]) == std::bit_cast<std::uint32_t>(values[i]));
}
