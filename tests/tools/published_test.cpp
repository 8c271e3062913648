#include "tools/reading/published.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

namespace tests {

using reading::read_result;
using reading::text_at;

TEST_CASE("a vector reads the same from numbers and from base64")
{
    const std::vector<float> vector{1.0F, -2.5F, 0.15625F};

    CHECK(read_result(R"({"id":"a","vector":[1,-2.5,0.15625]})").vector == vector);
    // printf '\x00\x00\x80\x3f\x00\x00\x20\xc0\x00\x00\x20\x3e' | base64
    CHECK(read_result(R"({"id":"a","vector":"AACAPwAAIMAAACA+"})").vector == vector);
    // One number is four bytes, so that the text ends in padding.
    CHECK(read_result(R"({"id":"a","vector":"AACAPw=="})").vector == std::vector<float>{1.0F});
}

TEST_CASE("a result without a vector is read all the same")
{
    const auto result = read_result(R"({"id":"a","text":"answer"})");

    CHECK(result.id == "a");
    CHECK_FALSE(result.vector.has_value());
}

TEST_CASE("what is no result is refused")
{
    CHECK_THROWS_AS(read_result("no json"), std::runtime_error);
    CHECK_THROWS_AS(read_result(R"({"vector":[1]})"), std::runtime_error);
    CHECK_THROWS_AS(read_result(R"({"id":"a","vector":["1"]})"), std::runtime_error);
    CHECK_THROWS_AS(read_result(R"({"id":"a","vector":"AAC?"})"), std::runtime_error);
    CHECK_THROWS_AS(read_result(R"({"id":"a","vector":"AACA"})"), std::runtime_error);
}

TEST_CASE("an id may be a string or a number")
{
    CHECK(text_at(R"({"custom_id":"a"})", "/custom_id") == "a");
    CHECK(text_at(R"({"n":{"id":12345678901234567890123}})", "/n/id") == "12345678901234567890123");
    CHECK_FALSE(text_at(R"({"id":null})", "/id").has_value());
    CHECK_FALSE(text_at("not json", "/id").has_value());
    CHECK_THROWS_AS(text_at("{}", "id"), std::runtime_error);
}

}  // namespace tests
