#include "pipeline/json_text.hpp"

#include <doctest/doctest.h>

#include <bit>
#include <charconv>
#include <cmath>
#include <limits>
#include <random>

#include "pipeline/json_document.hpp"

using pipeline::append_json_number;
using pipeline::append_json_string;

namespace {

std::string in_quotes(std::string_view text)
{
    std::string out;
    append_json_string(out, text);
    return out;
}

std::string printed(float value)
{
    std::string out;
    append_json_number(out, value);
    return out;
}

float parsed(const std::string& text)
{
    float value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

}  // namespace

TEST_CASE("a string is escaped only where JSON asks for it")
{
    CHECK(in_quotes("") == "\"\"");
    CHECK(in_quotes("h\xC3\xB6r / \x7F") == "\"h\xC3\xB6r / \x7F\"");
    CHECK(in_quotes("a\"b\\c") == R"("a\"b\\c")");
    CHECK(in_quotes("1\n2\r3\t4") == R"("1\n2\r3\t4")");
    CHECK(in_quotes(std::string_view{"\0\x1F", 2}) == R"("\u0000\u001f")");
}

TEST_CASE("every character below 0x80 survives writing and reading")
{
    std::string all;
    for (char each = 0; each < 0x7F; ++each) all += each;
    const auto json = in_quotes(all);
    const auto document = pipeline::json_document::parse(json);
    REQUIRE(document.has_value());
    CHECK(document->root().text() == all);
}

TEST_CASE("floats are written as the shortest decimal that reads back the same")
{
    CHECK(printed(0.1f) == "0.1");
    CHECK(printed(1.0f) == "1");
    CHECK(printed(-0.5f) == "-0.5");
    CHECK(printed(0.1f + 0.2f) == "0.3");
    CHECK(printed(1e-7f) == "1e-07");
    CHECK(parsed(printed(std::numeric_limits<float>::max())) == std::numeric_limits<float>::max());
    CHECK(parsed(printed(std::numeric_limits<float>::denorm_min())) ==
          std::numeric_limits<float>::denorm_min());
}

TEST_CASE("random floats read back bit by bit")
{
    const auto seed = std::random_device{}();
    CAPTURE(seed);
    std::mt19937 random{seed};
    for (int round = 0; round < 20'000; ++round) {
        const auto bits = static_cast<std::uint32_t>(random());
        const auto value = std::bit_cast<float>(bits);
        if (!std::isfinite(value)) continue;
        CHECK(std::bit_cast<std::uint32_t>(parsed(printed(value))) == bits);
    }
}

TEST_CASE("an object is written member by member")
{
    std::string out = "x";
    pipeline::json_object_writer members{out};
    pipeline::append_json_string(members.any_name("a\""), "b");
    members.number("n", -7);
    members.raw("r", "[1]");
    members.raw_members("");
    members.raw_members(R"("p":1,"q":2)");
    members.close();
    CHECK(out == R"(x{"a\"":"b","n":-7,"r":[1],"p":1,"q":2})");
}
