#include "pipeline/result_value.hpp"

#include <doctest/doctest.h>

#include "tests/pipeline/codec_cases.hpp"

using config::job_form;
using config::operation;
using pipeline::answer;
using pipeline::choice;
using pipeline::embedding;
using pipeline::generation;

namespace {

pipeline::provenance by_a_deployment()
{
    return {.deployment = "vectors", .model = "m-1", .request_id = "r-1", .attempts = 2, .used = {9, 3, 12}};
}

std::string written(operation asks, std::vector<answer> answers, config::vector_encoding encoding = {})
{
    auto route = tests::route_of(job_form::record, asks);
    route.encoding = encoding;
    pipeline::job done;
    done.id = "id \"1\"";
    done.asks.form.asks = asks;
    const auto source = tests::record_of("{}");
    const auto by = by_a_deployment();
    const pipeline::job_times times{tests::read_at_ms, tests::read_at_ms + 1500};
    return pipeline::write_result_value({route, source, done, answers, by, times});
}

/// What stands between the deployment and the usage.
std::string answer_part(const std::string& value)
{
    const std::string_view before = R"("deployment":"vectors",)";
    const auto from = value.find(before) + before.size();
    return value.substr(from, value.find(R"(,"usage")") - from);
}

generation one(choice made) { return {{std::move(made)}, {}, {}}; }

}  // namespace

TEST_CASE("the result of an embedding has exactly these members")
{
    CHECK(
        written(operation::embeddings, {embedding{{0.1f, -1.0f}}}) ==
        R"({"id":"id \"1\"","route":"documents","operation":"embeddings","model":"m-1","deployment":"vectors",)"
        R"("vector":[0.1,-1],"usage":{"prompt_tokens":9,"total_tokens":12},"request_id":"r-1","attempts":2,)"
        R"("times":{"read":"2026-03-01T12:00:00.000Z","answered":"2026-03-01T12:00:01.500Z"}})");
}

TEST_CASE("several vectors stand in an array, in either encoding")
{
    const std::vector<answer> two{embedding{{1.0f}}, embedding{{-0.5f}}};
    CHECK(answer_part(written(operation::embeddings, two)) == R"("vectors":[[1],[-0.5]])");
    CHECK(answer_part(written(operation::embeddings, two, config::vector_encoding::float32)) ==
          R"("vectors":["AACAPw==","AAAAvw=="])");
    CHECK(answer_part(written(operation::embeddings, {embedding{{1.0f}}},
                              config::vector_encoding::float32)) == R"("vector":"AACAPw==")");
}

TEST_CASE("one choice stands by itself")
{
    CHECK(answer_part(written(operation::completions, {one({R"("hi")", "stop", "", false})})) ==
          R"("text":"hi","finish_reason":"stop")");
    CHECK(answer_part(
              written(operation::chat, {one({R"({"content":"hi"})", "", R"("logprobs":{})", false})})) ==
          R"("message":{"content":"hi"},"logprobs":{})");
}

TEST_CASE("refusals and filtered answers are visible")
{
    CHECK(answer_part(written(operation::chat, {one({R"({"refusal":"no"})", "stop", "", true})})) ==
          R"("message":{"refusal":"no"},"finish_reason":"stop","refused":true)");
    CHECK(answer_part(written(operation::chat, {one({"null", "content_filter", "", false})})) ==
          R"("message":null,"finish_reason":"content_filter","filtered":true)");
}

TEST_CASE("a response stands as its text, and as the output that the text was taken from")
{
    const auto value =
        written(operation::responses,
                {one({R"("Fo")", "max_output_tokens", R"("status":"incomplete","output":[])", false})});
    CHECK(value.find(R"("operation":"responses")") != std::string::npos);
    CHECK(answer_part(value) ==
          R"("text":"Fo","finish_reason":"max_output_tokens","status":"incomplete","output":[])");
    CHECK(answer_part(written(operation::responses, {one({"null", "content_filter", {}, false})})) ==
          R"("text":null,"finish_reason":"content_filter","filtered":true)");
}

TEST_CASE("several choices name their prompt and index")
{
    generation first{{{R"("a")", "stop", "", false}, {R"("b")", "length", "", false}}, {}, {}};
    generation second{{{R"("c")", "", "", false}}, R"({"hate":{}})", {}};
    CHECK(answer_part(written(operation::completions, {first, second})) ==
          R"("choices":[{"prompt":0,"index":0,"text":"a","finish_reason":"stop"},)"
          R"({"prompt":0,"index":1,"text":"b","finish_reason":"length"},{"prompt":1,"index":0,"text":"c"}],)"
          R"("prompt_filter_results":[{"prompt_index":1,"content_filter_results":{"hate":{}}}])");
}

TEST_CASE("generated tokens are told, metadata is copied, and an unknown request id is left out")
{
    auto route = tests::route_of(job_form::record, operation::completions);
    pipeline::job done;
    done.asks.form.asks = operation::completions;
    done.metadata = R"({"uri":"u"})";
    auto by = by_a_deployment();
    by.request_id.clear();
    const std::vector<answer> answers{one({R"("x")", "stop", "", false})};
    const auto source = tests::record_of("{}");
    const pipeline::job_times times;
    const auto value = pipeline::write_result_value({route, source, done, answers, by, times});
    CHECK(value.find(R"("usage":{"prompt_tokens":9,"completion_tokens":3,"total_tokens":12},"attempts":2)") !=
          value.npos);
    CHECK(value.ends_with(R"(,"metadata":{"uri":"u"}})"));
}
