// Headers by which a record sets members of its request body.
#include <doctest/doctest.h>

#include "tests/pipeline/codec_cases.hpp"

using namespace tests;
using config::job_form;
using config::operation;
using pipeline::header;

namespace {

config::route_settings completions(job_form form = job_form::text)
{
    auto route = route_of(form, operation::completions);
    if (form == job_form::text) route.text = "{{}}";
    route.parameters = R"({"max_tokens":100,"temperature":0.10})";
    route.overrides = {"max_tokens", "user", "stop", "n"};
    return route;
}

pipeline::result<pipeline::job> decode_with(std::vector<header> headers)
{
    return decode(completions(), "a text", std::move(headers));
}

std::string refused_with(std::vector<header> headers) { return explanation(decode_with(std::move(headers))); }

}  // namespace

TEST_CASE("a header takes the place of the route's parameter, and counts as one")
{
    const auto job = decode_with({{"batchmill-set-max_tokens", "7"},
                                  {"batchmill-set-stop", "[ \"a\" , \"b\" ]"},
                                  {"batchmill-set-n", " 2 "}});
    REQUIRE(job.has_value());
    CHECK(job->asks.form.parameters == R"({"max_tokens":7,"n":2,"stop":["a","b"],"temperature":0.10})");
    CHECK(job->asks.form.output_tokens == config::tokens{14});
    CHECK(job->asks.form.choices == 2);
}

TEST_CASE("records without such headers ask what the route says")
{
    CHECK(decode_with({{"max_tokens", "7"}, {"batchmill-format", "1"}})->asks.form ==
          decode_with({})->asks.form);
}

TEST_CASE("records with different values differ in the shape of their requests, equal ones do not")
{
    const auto form = [](const char* value) {
        return decode_with({{"batchmill-set-user", value}})->asks.form;
    };
    CHECK(form(R"("a")") != form(R"("b")"));
    CHECK(form(R"({"a":1})") == form(R"( { "a" : 1 } )"));
    CHECK(form("null").parameters == R"({"max_tokens":100,"temperature":0.10,"user":null})");
}

TEST_CASE("the last of several headers of one name counts")
{
    const auto job =
        decode_with({{"batchmill-set-max_tokens", "no JSON"}, {"batchmill-set-max_tokens", "9"}});
    REQUIRE(job.has_value());
    CHECK(job->asks.form.output_tokens == config::tokens{9});
}

TEST_CASE("a header wins over the body of a batch line, and over the members of a record it has no say")
{
    const std::vector<header> headers{{"batchmill-set-max_tokens", "7"}};
    const auto line = decode(completions(job_form::batch_line),
                             R"({"custom_id":"a","method":"POST","url":"/v1/completions",
                                 "body":{"prompt":"x","max_tokens":50,"n":3}})",
                             headers);
    REQUIRE(line.has_value());
    CHECK(line->asks.form.parameters == R"({"max_tokens":7,"n":3,"temperature":0.10})");
    const auto record = decode(completions(job_form::record), R"({"body":"x","max_tokens":50})", headers);
    REQUIRE(record.has_value());
    CHECK(record->asks.form.parameters == R"({"max_tokens":7,"temperature":0.10})");
}

TEST_CASE("a header for what the route does not list is refused by name")
{
    CHECK(refused_with({{"batchmill-set-temperature", "1"}}) ==
          "override_refused: the header batchmill-set-temperature is not among the route's \"overrides\"");
    CHECK(refusal(decode_with({{"batchmill-set-deadline", "\"1h\""}})) == "override_refused");
    CHECK(refusal(decode_with({{"batchmill-set-Max_tokens", "7"}})) == "override_refused");
    CHECK(refusal(decode_with({{"batchmill-set-", "7"}})) == "override_refused");
    CHECK(refusal(decode_with({{"batchmill-set-model", std::nullopt}})) == "override_refused");
}

TEST_CASE("a name that no parameter has is not repeated")
{
    const std::vector<std::string> names{"line\nbreak", "\xFF\xFE", std::string(65, 'x')};
    for (const auto& name : names) {
        const auto told = refused_with({{"batchmill-set-" + name, "1"}});
        CHECK(told.starts_with("override_refused: "));
        CHECK(told.find(name) == std::string::npos);
    }
}

TEST_CASE("a value that is no JSON, or no such count, is refused with its header")
{
    CHECK(refused_with({{"batchmill-set-user", std::nullopt}}) ==
          "malformed_override: the header batchmill-set-user has no value");
    CHECK(refused_with({{"batchmill-set-user", ""}}).starts_with("malformed_override: "));
    CHECK(refused_with({{"batchmill-set-user", "sesame"}})
              .starts_with("malformed_override: the header batchmill-set-user is not JSON at byte 0"));
    CHECK(refused_with({{"batchmill-set-user", "sesame"}}).find("sesame") == std::string::npos);
    CHECK(refused_with({{"batchmill-set-user", "\"caf\xE9\""}}).ends_with("is not UTF-8 at byte 4"));
    CHECK(refused_with({{"batchmill-set-user", "1 2"}}).starts_with("malformed_override: "));
    CHECK(
        refused_with({{"batchmill-set-max_tokens", "1.5"}}) ==
        "malformed_override: the header batchmill-set-max_tokens is not a whole number from 0 to 2147483647");
    CHECK(refused_with({{"batchmill-set-n", "\"2\""}}).starts_with("malformed_override: "));
}

TEST_CASE("where a route allows a single name, that may be set")
{
    auto route = route_of(job_form::text, operation::embeddings);
    route.text = "{{}}";
    route.overrides = {"dimensions"};
    const auto job = decode(route, "x", {{"batchmill-set-dimensions", "256"}});
    REQUIRE(job.has_value());
    CHECK(job->asks.form.dimensions == 256);
    CHECK(refusal(decode(route, "x", {{"batchmill-set-dimensions", "0"}})) == "malformed_override");
    route.overrides.clear();
    CHECK(refusal(decode(route, "x", {{"batchmill-set-dimensions", "256"}})) == "override_refused");
}
