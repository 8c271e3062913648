// Records that are plain text.
#include <doctest/doctest.h>

#include <stdexcept>

#include "tests/pipeline/codec_cases.hpp"

using namespace tests;
using config::job_form;
using config::operation;

namespace {

config::route_settings texts(operation asks = operation::embeddings)
{
    auto route = route_of(job_form::text, asks);
    route.text = "{{}}";
    if (asks == operation::chat) route.messages = {{"system", "Answer in one word."}, {"user", "{{}}"}};
    return route;
}

std::string refused(std::string value) { return explanation(decode(texts(), std::move(value))); }

}  // namespace

TEST_CASE("the whole value of a plain text is the text, and its coordinates are the id")
{
    const auto job = decode(texts(), " {\"body\": \"caf\xC3\xA9\"}\r\n");
    REQUIRE(job.has_value());
    CHECK(json_of(job) == strings{"\" {\\\"body\\\": \\\"caf\xC3\xA9\\\"}\\r\\n\""});
    CHECK(job->asks.pieces.front().text_bytes == 20);
    CHECK(job->id == "documents/documents-in/3/42");
    CHECK(job->asks.form.asks == operation::embeddings);
    CHECK(job->metadata.empty());
}

TEST_CASE("a template stands around a plain text, however often it says so")
{
    auto route = texts(operation::completions);
    route.parameters = R"({"max_tokens":7})";
    route.text = "{{{{a}} {{}}; again: {{ }}{{}}!";
    const auto job = decode(route, "x \"y\" {{/z}}");
    REQUIRE(job.has_value());
    CHECK(json_of(job) == strings{R"("{{a}} x \"y\" {{/z}}; again: x \"y\" {{/z}}x \"y\" {{/z}}!")"});
    CHECK(job->asks.pieces.front().text_bytes == std::string_view{"{{a}} ; again: !"}.size() + 3 * 12);
    CHECK(job->asks.form.output_tokens == config::tokens{7});
}

TEST_CASE("a plain text stands in chat messages")
{
    const auto job = decode(texts(operation::chat), "Why\nso?");
    REQUIRE(job.has_value());
    CHECK(json_of(job) == strings{R"([{"role":"system","content":"Answer in one word."},)"
                                  R"({"role":"user","content":"Why\nso?"}])"});
    CHECK(job->asks.pieces.front().text_bytes == 19 + 7);
}

TEST_CASE("what is no text is refused with its byte")
{
    CHECK(refused("") == "empty_value: is empty where a text should be");
    CHECK(refused("caf\xE9") == "invalid_utf8: is not UTF-8 at byte 3");
    CHECK(refused("\xFF\xFEh\0i") == "invalid_utf8: is not UTF-8 at byte 0");
    CHECK(refused("surrogate \xED\xA0\x80") == "invalid_utf8: is not UTF-8 at byte 10");
    CHECK(refused("\xEF\xBB\xBFtext") == "byte_order_mark: begins with a byte order mark at byte 0");
    CHECK(refused("text\xEF\xBB\xBF").empty());
    CHECK(refused(std::string("ab\0c", 4)) == "nul_in_text: a NUL character in the text at byte 2");
    CHECK(refused(" \n\t\xC2\xA0\xE3\x80\x80") ==
          "empty_text: empty text: nothing but white space from byte 0 to the end");
}

TEST_CASE("a plain text that begins with a NUL is taken for registry framing, however short")
{
    CHECK(refused(std::string("\0\0\0\0\7text", 9))
              .starts_with("registry_framing: begins with a NUL at byte 0"));
    CHECK(refused(std::string("\0", 1)).starts_with("registry_framing: "));
}

TEST_CASE("a blank plain text is refused also where a template stands around it")
{
    auto route = texts();
    route.text = "Title: {{}}";
    CHECK(refusal(decode(route, " \n")) == "empty_text");
    CHECK(refusal(decode(texts(operation::chat), " \n")) == "empty_text");
}

TEST_CASE("the size of a plain text is bounded like that of a document")
{
    CHECK(refused(std::string(pipeline::max_record_bytes, 'x')).empty());
    CHECK(refused(std::string(pipeline::max_record_bytes + 1, 'x'))
              .starts_with("record_too_large: has 16777217 bytes, more than 16777216"));
}

TEST_CASE("plain texts have deadlines too")
{
    const auto job = decode(texts(), "x", {{"batchmill-deadline", "2026-03-01T12:00:07Z"}});
    REQUIRE(job.has_value());
    CHECK(job->deadline == read_at + std::chrono::seconds{7});
    CHECK(refusal(decode(texts(), "x", {{"batchmill-deadline", "soon"}})) == "malformed_deadline");
}

TEST_CASE("a route whose template is of another form of records throws at the start")
{
    auto route = texts();
    route.text = "{{/body}}";
    CHECK_THROWS_AS(pipeline::job_codec{route}, std::invalid_argument);
    route = route_of(job_form::record, operation::embeddings);
    route.text = "{{}}";
    CHECK_THROWS_AS(pipeline::job_codec{route}, std::invalid_argument);
}
