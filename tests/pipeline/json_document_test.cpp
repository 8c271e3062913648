#include "pipeline/json_document.hpp"

#include <doctest/doctest.h>

#include "config/json_pointer.hpp"

using pipeline::append_compact;
using pipeline::json_document;
using pipeline::json_kind;

namespace {

std::string code_of(const std::string& text)
{
    const auto document = json_document::parse(text);
    return document ? "" : document.error().code();
}

std::string detail_of(const std::string& text)
{
    const auto document = json_document::parse(text);
    return document ? "" : document.error().detail();
}

std::string nested(std::size_t levels) { return std::string(levels, '[') + std::string(levels, ']'); }

}  // namespace

TEST_CASE("values keep exactly the bytes that they were written with")
{
    const std::string text = " { \"a\" : 1.50e+3 , \"b\":[true,null, \"x\\u0041\" ],\n\"c\":-0 } ";
    const auto document = json_document::parse(text);
    REQUIRE(document.has_value());
    const auto root = document->root();
    CHECK(root.is(json_kind::object));
    CHECK(root.source() == "{ \"a\" : 1.50e+3 , \"b\":[true,null, \"x\\u0041\" ],\n\"c\":-0 }");
    CHECK(root.member("a")->source() == "1.50e+3");
    CHECK(root.member("c")->source() == "-0");
    const auto b = root.member("b")->elements();
    REQUIRE(b.size() == 3);
    CHECK(b[0].is(json_kind::boolean));
    CHECK(b[1].is(json_kind::null));
    CHECK(b[2].source() == "\"x\\u0041\"");
    CHECK(b[2].text() == "xA");
    CHECK(b[2].pointer() == "/b/2");
    CHECK_FALSE(root.member("d"));
}

TEST_CASE("a value is written without the white space between its parts")
{
    const std::string text = "{ \"a b\" : [ 1 , { } , [ ] , \" x \" ] , \"n\" : 12345678901234567890.10 }";
    const auto document = json_document::parse(text);
    REQUIRE(document.has_value());
    std::string out;
    append_compact(out, document->root());
    CHECK(out == R"({"a b":[1,{},[]," x "],"n":12345678901234567890.10})");
}

TEST_CASE("a pointer leads to a value, through escaped names and array indices")
{
    const std::string text = R"({"a/b":{"m~n":[10,{"\u00e9":"here"}]},"":1,"01":[2]})";
    const auto document = json_document::parse(text);
    REQUIRE(document.has_value());
    const auto at = [&](std::string_view pointer) {
        return document->root().at(config::pointer_tokens(pointer));
    };
    CHECK(at("/a~1b/m~0n/0")->source() == "10");
    CHECK(at("/a~1b/m~0n/1/\xC3\xA9")->text() == "here");
    CHECK(at("/a~1b/m~0n/1/\xC3\xA9")->pointer() == "/a~1b/m~0n/1/\xC3\xA9");
    CHECK(at("/")->source() == "1");
    CHECK(at("/01/0")->source() == "2");
    CHECK_FALSE(at("/a~1b/m~0n/00"));
    CHECK_FALSE(at("/a~1b/m~0n/2"));
    CHECK_FALSE(at("/a~1b/m~0n/-"));
    CHECK_FALSE(at("/a~1b/m~0n/99999999999999999999"));
    CHECK_FALSE(at("/a~1b/m~0n/0/x"));
}

TEST_CASE("whole numbers are told from others")
{
    const std::string text = "[1,-1,9223372036854775807,9223372036854775808,1.0,1e2,\"1\"]";
    const auto document = json_document::parse(text);
    REQUIRE(document.has_value());
    const auto all = document->root().elements();
    CHECK(all[0].integer() == 1);
    CHECK(all[1].integer() == -1);
    CHECK(all[2].integer() == std::numeric_limits<std::int64_t>::max());
    for (std::size_t i = 3; i < all.size(); ++i) CHECK_FALSE(all[i].integer());
}

TEST_CASE("malformed JSON is refused with a code and a place")
{
    CHECK(code_of("") == "empty_value");
    CHECK(code_of("\xEF\xBB\xBF{}") == "byte_order_mark");
    CHECK(code_of("{\"a\":\"\xFF\"}") == "invalid_utf8");
    CHECK(detail_of("{\"a\":\"\xFF\"}") == "is not UTF-8 at byte 6");
    CHECK(code_of("{} {}") == "trailing_bytes");
    CHECK(code_of(std::string("{}\0", 3)) == "trailing_bytes");
    CHECK(code_of(std::string("{}\0junk", 7)) == "trailing_bytes");
    CHECK(code_of("   ") == "truncated_json");
    CHECK(code_of("{\"a\":") == "truncated_json");
    CHECK(code_of("{\"a\":\"b") == "truncated_json");
    CHECK(code_of("[1,]") == "not_json");
    CHECK(code_of("{\"a\":1,}") == "not_json");
    CHECK(code_of("{a:1}") == "not_json");
    CHECK(code_of("[01]") == "not_json");
    CHECK(code_of("[NaN]") == "not_json");
    CHECK(code_of("[1] // comment") == "trailing_bytes");
    CHECK(code_of("\"\\x\"") == "not_json");
    CHECK(detail_of("[1 2]").find("byte 3") != std::string::npos);
}

TEST_CASE("control characters inside of strings are refused, all of them")
{
    for (char each = 1; each < 0x20; ++each) {
        CAPTURE(static_cast<int>(each));
        CHECK(code_of(std::string{"[\"long enough for a block of sixteen "} + each + " bytes and more\"]") ==
              "not_json");
    }
    CHECK(code_of(std::string{"[\"a\0b\"]", 7}) == "truncated_json");
}

TEST_CASE("half of a surrogate pair is refused, a whole one is a character")
{
    const std::string smile = R"(["\ud83d\ude00"])";
    const auto document = json_document::parse(smile);
    REQUIRE(document.has_value());
    CHECK(document->root().elements().front().text() == "\xF0\x9F\x98\x80");
    CHECK(code_of(R"(["\ud83d"])") == "lone_surrogate");
    CHECK(code_of(R"(["\ude00"])") == "lone_surrogate");
    CHECK(code_of(R"(["\ude00\ud83d"])") == "lone_surrogate");
    CHECK(code_of(R"(["\ud83dx"])") == "lone_surrogate");
    CHECK(code_of(R"({"\udfff":1})") == "lone_surrogate");
}

TEST_CASE("a member that comes twice is refused with its pointer")
{
    CHECK(code_of(R"({"a":1,"b":2,"a":3})") == "duplicate_member");
    CHECK(detail_of(R"({"x":[0,{"a":1,"\u0061":2}]})") == "has the member /x/1/a a second time at byte 15");
    CHECK(code_of(R"({"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}]})").empty());
}

TEST_CASE("long names are cut in what is told about them")
{
    const std::string name(500, 'n');
    const auto detail = detail_of("{\"" + name + "\":1,\"" + name + "\":2}");
    CHECK(detail.size() < 120);
    CHECK(detail.find("nnn... a second time") != std::string::npos);
}

TEST_CASE("nesting is bounded")
{
    CHECK(code_of(nested(json_document::max_depth)).empty());
    CHECK(code_of(nested(json_document::max_depth + 1)) == "too_deep");
    CHECK(code_of(std::string(5'000'000, '[')) == "too_deep");
    std::string bomb;
    for (int i = 0; i < 100'000; ++i) bomb += "{\"a\":";
    CHECK(code_of(bomb) == "too_deep");
}

TEST_CASE("the number of values is bounded")
{
    std::string many = "[0";
    for (std::size_t i = 0; i < json_document::usual_max_values; ++i) many += ",0";
    CHECK(code_of(many + "]") == "too_many_values");
    const std::string three = "[1,2]";
    CHECK(json_document::parse(three, 3).has_value());
    CHECK_FALSE(json_document::parse(three, 2).has_value());
}
