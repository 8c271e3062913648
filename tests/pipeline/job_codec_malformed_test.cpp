#include <doctest/doctest.h>

#include "tests/pipeline/codec_cases.hpp"

using namespace tests;
using config::job_form;
using config::operation;

namespace {

config::route_settings embeddings() { return route_of(job_form::record, operation::embeddings); }

std::string refused(std::string value) { return explanation(decode(embeddings(), std::move(value))); }

/// Refused the same way whatever the form of the route's jobs.
std::string refused_in_every_form(const std::string& value)
{
    const auto as_record = explanation(decode(embeddings(), value));
    const auto as_line = explanation(decode(route_of(job_form::batch_line, operation::embeddings), value));
    return as_record == as_line ? as_record : "differs: " + as_record + " / " + as_line;
}

}  // namespace

TEST_CASE("an empty value is refused")
{
    CHECK(refused_in_every_form("") == "empty_value: is empty where a JSON document should be");
}

TEST_CASE("invalid UTF-8 is refused with its byte")
{
    CHECK(refused_in_every_form("{\"body\":\"caf\xE9\"}") == "invalid_utf8: is not UTF-8 at byte 12");
}

TEST_CASE("a byte order mark is refused")
{
    CHECK(refused_in_every_form("\xEF\xBB\xBF{\"body\":\"x\"}").starts_with("byte_order_mark: "));
}

TEST_CASE("half of a surrogate pair is refused with its byte")
{
    CHECK(refused_in_every_form(R"({"body":"x\ud800y"})")
              .starts_with("lone_surrogate: is not JSON at byte 10"));
    CHECK(refused_in_every_form(R"({"body":"x\udc00y"})").starts_with("lone_surrogate: "));
}

TEST_CASE("a NUL character in a text is refused with its pointer")
{
    CHECK(refused(R"({"body":"a\u0000b"})") ==
          R"(nul_in_text: a NUL character (\u0000) in the text at /body)");
    CHECK(refused(R"({"body":["a","b\u0000"]})").ends_with("/body/1"));
    CHECK(refused(R"({"body":"fine","other":"\u0000"})").empty());
    auto route = embeddings();
    route.text = "{{/a}}{{/b}}";
    CHECK(refusal(decode(route, R"({"a":"x","b":"\u0000"})")) == "nul_in_text");
}

TEST_CASE("nesting bombs are refused")
{
    CHECK(
        refused_in_every_form(std::string(1'000'000, '[')).starts_with("too_deep: is nested deeper than 64"));
    std::string objects;
    for (int i = 0; i < 100'000; ++i) objects += R"({"body":)";
    CHECK(refused_in_every_form(objects).starts_with("too_deep: "));
}

TEST_CASE("what is no text is refused where a text belongs")
{
    const std::pair<std::string, std::string> cases[] = {
        {"7", "a number"}, {"null", "null"}, {"{}", "an object"}, {"true", "a boolean"}};
    for (const auto& [value, kind] : cases) {
        CHECK(refused(R"({"body":)" + value + "}") ==
              "wrong_type: /body is " + kind + " where a text or an array of texts belongs");
        CHECK(refused(R"({"body":["x",)" + value + "]}") ==
              "wrong_type: /body/1 is " + kind + " where a text belongs");
    }
}

TEST_CASE("a hole in a template is refused")
{
    auto route = embeddings();
    route.text = "{{/title}}: {{/body}}";
    const auto templated = [&](std::string value) { return explanation(decode(route, std::move(value))); };
    CHECK(templated(R"({"title":"x"})") == "missing_member: nothing at /body, where a text belongs");
    CHECK(templated(R"({"title":null,"body":"x"})") ==
          "wrong_type: /title is null where a text or a number belongs");
    CHECK(templated(R"({"title":["x"],"body":"x"})").starts_with("wrong_type: /title is an array"));
    CHECK(templated(R"({"title":{},"body":"x"})").starts_with("wrong_type: /title is an object"));
}

TEST_CASE("a missing member is named")
{
    CHECK(refused(R"({"title":"x"})") == "missing_member: nothing at /body, where a text belongs");
}

TEST_CASE("a member that comes twice is named")
{
    CHECK(refused_in_every_form(R"({"body":"x","body":"y"})") ==
          "duplicate_member: has the member /body a second time at byte 12");
    CHECK(refused_in_every_form(R"({"body":"x","list":[{"k":1,"k":2}]})").find("/list/0/k") !=
          std::string::npos);
}

TEST_CASE("a record of 20 MB is refused unread")
{
    const std::string huge = R"({"body":")" + std::string(20'000'000, 'x') + "\"}";
    CHECK(
        refused_in_every_form(huge).starts_with("record_too_large: has 20000011 bytes, more than 16777216"));
    const std::string large = R"({"body":")" + std::string(pipeline::max_record_bytes - 11, 'x') + "\"}";
    CHECK(refused(large).empty());
}

TEST_CASE("schema registry framing is refused by name")
{
    CHECK(refused_in_every_form(std::string("\0\0\0\0\7\x02\x06"
                                            "abc",
                                            10))
              .starts_with("registry_framing: "));
    CHECK(refused_in_every_form(std::string("\0\0\0\0\7{\"body\":\"x\"}", 17))
              .starts_with("registry_framing: "));
    // Too short for a frame: simply no JSON.
    CHECK_FALSE(refused_in_every_form(std::string("\0\0\0", 3)).starts_with("registry_framing"));
}

TEST_CASE("empty and blank texts are refused, because a service would refuse them with their neighbours")
{
    CHECK(refused(R"({"body":""})") == "empty_text: empty text: nothing but white space at /body");
    CHECK(refused(R"({"body":" \n\t\u00a0\u3000"})").starts_with("empty_text: "));
    CHECK(refused(R"({"body":["x",""]})").ends_with("at /body/1"));
    auto route = embeddings();
    route.text = " {{/body}} ";
    CHECK(refusal(decode(route, R"({"body":""})")) == "empty_text");
}

TEST_CASE("an array without texts is refused, and one with too many")
{
    CHECK(refused(R"({"body":[]})") == "empty_array: /body is an array without texts");
    std::string many = R"({"body":["x")";
    for (int i = 0; i < 100'000; ++i) many += ",\"x\"";
    CHECK(refused(many + "]}").starts_with("too_many_texts: /body has 100001 texts"));
}

TEST_CASE("bytes behind the document are refused")
{
    CHECK(refused_in_every_form(R"({"body":"x"}{"body":"y"})").starts_with("trailing_bytes: "));
    CHECK(refused_in_every_form(std::string("{\"body\":\"x\"}\0", 13)).starts_with("trailing_bytes: "));
}

TEST_CASE("a document that is no object is refused")
{
    CHECK(refused_in_every_form("\"text\"") ==
          "not_an_object: the document is a string where an object belongs");
    CHECK(refused_in_every_form("[]").starts_with("not_an_object: "));
    CHECK(refused_in_every_form("plain text").starts_with("not_json: "));
}

TEST_CASE("a document that breaks off is refused")
{
    const std::string whole = R"({"body":"text","n":[1,2.5e3,null,true]})";
    for (std::size_t length = 1; length < whole.size(); ++length) {
        CAPTURE(length);
        CHECK_FALSE(refused_in_every_form(whole.substr(0, length)).empty());
    }
}

TEST_CASE("refusals never quote the record's texts")
{
    for (const auto* value :
         {R"({"body":["sesame",7]})", R"({"body":"sesame\u0000"})", R"({"body":"sesame",})",
          R"({"body":"sesame","body":"sesame"})", R"({"body":"sesame" "sesame"})"}) {
        const auto told = refused(value);
        CHECK_FALSE(told.empty());
        CHECK(told.find("sesame") == std::string::npos);
    }
}

TEST_CASE("a refusal is final")
{
    const auto decoded = decode(embeddings(), "{}");
    REQUIRE_FALSE(decoded.has_value());
    CHECK(decoded.error().reason() == pipeline::errc::refused);
}

TEST_CASE("the id of a refused record is found where it can be read")
{
    auto route = tests::route_of(config::job_form::record, config::operation::embeddings);
    route.id = "/id";
    const pipeline::job_codec records{route};
    CHECK(records.find_id(tests::record_of(R"({"id":7,"body":""})")) == "7");
    CHECK(records.find_id(tests::record_of(R"({"body":""})")).empty());
    CHECK(records.find_id(tests::record_of("{")).empty());

    const auto lines = tests::route_of(config::job_form::batch_line, config::operation::embeddings);
    const pipeline::job_codec of_lines{lines};
    CHECK(of_lines.find_id(tests::record_of(R"({"custom_id":"c","body":{}})")) == "c");
}
