#include <doctest/doctest.h>

#include <stdexcept>

#include "tests/pipeline/codec_cases.hpp"

using namespace tests;
using config::job_form;
using config::operation;

namespace {

config::route_settings embeddings() { return route_of(job_form::record, operation::embeddings); }

config::route_settings chat()
{
    auto route = route_of(job_form::record, operation::chat);
    route.messages = {{"system", "Answer in one word."}, {"user", "{{/question}}?"}};
    return route;
}

}  // namespace

TEST_CASE("the text at the pointer becomes one piece, as it was written")
{
    const auto job = decode(embeddings(), R"({"title":"t","body":"caf\u00e9 \"x\""})");
    REQUIRE(job.has_value());
    CHECK(json_of(job) == strings{R"("caf\u00e9 \"x\"")"});
    CHECK(job->asks.pieces.front().text_bytes == 9);
    CHECK(job->asks.form.asks == operation::embeddings);
    CHECK(job->asks.form.parameters == "{}");
    CHECK(job->metadata.empty());
    CHECK(job->wanted_model.empty());
    CHECK(job->deadline == config::time_point::max());
}

TEST_CASE("an array of strings at the pointer becomes many pieces of one job")
{
    const auto job = decode(embeddings(), R"({"body":["one","two","three"]})");
    CHECK(json_of(job) == strings{R"("one")", R"("two")", R"("three")"});
}

TEST_CASE("a template joins what it finds")
{
    auto route = embeddings();
    route.text = "{{/title}}\n\n{{/parts/1}} ({{/year}}, {{/open}})";
    const auto job = decode(route, R"({"title":"A \"B\"","parts":["x","\u00e9"],"year":1.50,"open":true})");
    REQUIRE(job.has_value());
    CHECK(json_of(job) == strings{"\"A \\\"B\\\"\\n\\n\xC3\xA9 (1.50, true)\""});
    CHECK(job->asks.pieces.front().text_bytes == std::string_view{"A \"B\"\n\n\xC3\xA9 (1.50, true)"}.size());
}

TEST_CASE("chat messages are made from the route's templates")
{
    const auto job = decode(chat(), R"({"question":"Why \"so\""})");
    REQUIRE(job.has_value());
    CHECK(json_of(job) == strings{R"([{"role":"system","content":"Answer in one word."},)"
                                  R"({"role":"user","content":"Why \"so\"?"}])"});
    CHECK(job->asks.pieces.front().text_bytes == 19 + 9);
}

TEST_CASE("an id comes from the record where the route says so, else from its coordinates")
{
    auto route = embeddings();
    CHECK(decode(route, R"({"body":"x"})")->id == "documents/documents-in/3/42");
    route.id = "/meta/id";
    CHECK(decode(route, R"({"body":"x","meta":{"id":"a-1"}})")->id == "a-1");
    CHECK(decode(route, R"({"body":"x","meta":{"id":1234567890123456789012}})")->id ==
          "1234567890123456789012");
    CHECK(explanation(decode(route, R"({"body":"x"})")) ==
          "missing_member: nothing at /meta/id, where the job's id belongs");
    CHECK(refusal(decode(route, R"({"body":"x","meta":{"id":" "}})")) == "empty_id");
    CHECK(refusal(decode(route, R"({"body":"x","meta":{"id":null}})")) == "wrong_type");
}

TEST_CASE("metadata is copied by the last token of its pointer, untouched")
{
    auto route = embeddings();
    route.metadata = {"/source/uri", "/pages", "/nothing"};
    const auto job = decode(route, R"({"body":"x","source":{"uri":"u"},"pages":[ 1.0, {"a" : null} ]})");
    CHECK(job->metadata == R"({"uri":"u","pages":[1.0,{"a":null}]})");
    CHECK(decode(route, R"({"body":"x"})")->metadata.empty());
}

TEST_CASE("the route's parameters make the shape, sorted and with their digits")
{
    auto route = route_of(job_form::record, operation::completions);
    route.parameters = R"({"temperature":0.10,"n":2,"best_of":3,"max_tokens":100})";
    const auto form = decode(route, R"({"body":"x"})")->asks.form;
    CHECK(form.parameters == R"({"best_of":3,"max_tokens":100,"n":2,"temperature":0.10})");
    CHECK(form.choices == 2);
    CHECK(form.output_tokens == config::tokens{300});
}

TEST_CASE("a service's own default counts where completions name no limit, and none for chat")
{
    const auto completions = route_of(job_form::record, operation::completions);
    CHECK(decode(completions, R"({"body":"x"})")->asks.form.output_tokens == config::tokens{16});
    CHECK(decode(chat(), R"({"question":"x"})")->asks.form.output_tokens == config::tokens{0});
}

TEST_CASE("a route that the loader should have refused throws at the start")
{
    auto route = embeddings();
    route.parameters = "[]";
    CHECK_THROWS_AS(pipeline::job_codec{route}, std::invalid_argument);
    route.parameters = R"({"dimensions":0})";
    CHECK_THROWS_AS(pipeline::job_codec{route}, std::invalid_argument);
    route.parameters = "{}";
    route.text = "{{/open";
    CHECK_THROWS_AS(pipeline::job_codec{route}, std::invalid_argument);
}
