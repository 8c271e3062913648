#include "pipeline/member_splice.hpp"

#include <doctest/doctest.h>

#include "config/json_pointer.hpp"

namespace {

std::string spliced(const std::string& document, const std::string& pointer)
{
    const auto made = pipeline::splice_member(document, config::pointer_tokens(pointer), "[1]");
    return made ? *made : made.error().code() + ": " + made.error().detail();
}

}  // namespace

TEST_CASE("a new member comes last, and every other byte stays")
{
    CHECK(spliced("{}", "/v") == R"({"v":[1]})");
    CHECK(spliced("{ }", "/v") == R"({ "v":[1]})");
    CHECK(spliced(" { \"a\" : 1.50 }\n", "/v") == " { \"a\" : 1.50 ,\"v\":[1]}\n");
    CHECK(spliced(R"({"a":{"b":[]},"c":2})", "/a/v") == R"({"a":{"b":[],"v":[1]},"c":2})");
}

TEST_CASE("a member or element that is there is replaced")
{
    CHECK(spliced(R"({"v":{"old":true}, "w":1})", "/v") == R"({"v":[1], "w":1})");
    CHECK(spliced(R"({"list":["a","b"]})", "/list/1") == R"({"list":["a",[1]]})");
    CHECK(spliced(R"({"a/b":0,"~":0})", "/a~1b") == R"({"a/b":[1],"~":0})");
}

TEST_CASE("objects on the way are made where nothing stands")
{
    CHECK(spliced("{}", "/a/b/\"c") == R"({"a":{"b":{"\"c":[1]}}})");
    CHECK(spliced(R"({"a":null})", "/a/b") == R"({"a":{"b":[1]}})");
    CHECK(spliced(R"({"a":null})", "/a") == R"({"a":[1]})");
}

TEST_CASE("an answer without a place is a conflict that names what is in the way")
{
    CHECK(spliced(R"({"a":"text"})", "/a/b") == "merge_conflict: the answer has no place: /a is a string");
    CHECK(spliced(R"({"a":[]})", "/a/0") == "merge_conflict: the answer has no place: /a is an array");
    CHECK(spliced(R"({"a":[]})", "/a/b").starts_with("merge_conflict"));
}
