// The forms in which answers are published, byte by byte.
#include <doctest/doctest.h>

#include "pipeline/json_document.hpp"
#include "pipeline/outcome_codec.hpp"
#include "tests/pipeline/codec_cases.hpp"

using config::operation;
using config::output_form;
using config::vector_encoding;
using pipeline::answer;
using pipeline::choice;
using pipeline::embedding;
using pipeline::generation;
using pipeline::header;
using pipeline::message;

namespace {

struct written_answer {
    explicit written_answer(output_form form, operation asks)
        : route{tests::route_of(config::job_form::record, asks)}
    {
        route.output = form;
        route.merge_at = "/answer";
        work.id = "job 1";
        work.asks.form.asks = asks;
    }

    pipeline::result<message> write(pipeline::answer_list answers)
    {
        const pipeline::provenance by{
            .deployment = "there", .model = "m-1", .request_id = "r-1", .attempts = 2, .used = {9, 3, 12}};
        return write_result(route, tests::record_of(source), work, std::move(answers), by,
                            {tests::read_at_ms, tests::read_at_ms + 1500});
    }
    std::string value(pipeline::answer_list answers)
    {
        const auto made = write(std::move(answers));
        REQUIRE(made.has_value());
        const auto parsed = pipeline::json_document::parse(*made->value);
        REQUIRE(parsed.has_value());
        return *made->value;
    }

    config::route_settings route;
    pipeline::job work;
    std::string source = R"({"id": 1, "body": "text"})";
};

generation said(std::string content, std::string extras = {})
{
    return {
        {choice{std::move(content), "stop", std::move(extras), false}}, {}, R"("id":"cmpl-1","created":17)"};
}

std::string header_of(const message& from, std::string_view name)
{
    for (const auto& each : from.headers)
        if (each.name == name) return std::string{each.value.value_or("")};
    return "none";
}

}  // namespace

TEST_CASE("float16 stands as base64, int8 with its scale")
{
    written_answer job{output_form::result, operation::embeddings};
    job.route.encoding = vector_encoding::float16;
    CHECK(job.value({embedding{{1.0f, -0.5f}}}).find(R"("vector":"ADwAuA==",)") != std::string::npos);
    job.route.encoding = vector_encoding::int8;
    CHECK(job.value({embedding{{127.0f, -64.0f}}}).find(R"("vector":{"scale":1,"values":"f8A="},)") !=
          std::string::npos);
}

TEST_CASE("a batch line of embeddings holds the body of the job's own request")
{
    written_answer job{output_form::batch_line, operation::embeddings};
    CHECK(
        job.value({embedding{{1.0f}}, embedding{{-0.5f}}}) ==
        R"({"id":"batch_req_documents/documents-in/3/42","custom_id":"job 1","response":{"status_code":200,)"
        R"("request_id":"r-1","body":{"object":"list","data":[)"
        R"({"object":"embedding","index":0,"embedding":[1]},)"
        R"({"object":"embedding","index":1,"embedding":[-0.5]}],"model":"m-1",)"
        R"("usage":{"prompt_tokens":9,"total_tokens":12}}},"error":null})");
}

TEST_CASE("a batch line of a chat keeps what the service said about the whole reply")
{
    written_answer job{output_form::batch_line, operation::chat};
    CHECK(
        job.value({said(R"({"role":"assistant","content":"hi"})", R"("logprobs":{"content":[]})")}) ==
        R"({"id":"batch_req_documents/documents-in/3/42","custom_id":"job 1","response":{"status_code":200,)"
        R"("request_id":"r-1","body":{"id":"cmpl-1","created":17,"object":"chat.completion","choices":[)"
        R"({"index":0,"message":{"role":"assistant","content":"hi"},"finish_reason":"stop",)"
        R"("logprobs":{"content":[]}}],"model":"m-1",)"
        R"("usage":{"prompt_tokens":9,"completion_tokens":3,"total_tokens":12}}},"error":null})");
}

TEST_CASE("a batch line numbers the choices of all prompts through")
{
    written_answer job{output_form::batch_line, operation::completions};
    const auto line = job.value({said(R"("a")"), said(R"("b")")});
    CHECK(line.find(R"({"index":0,"text":"a","finish_reason":"stop","logprobs":null})") != line.npos);
    CHECK(line.find(R"({"index":1,"text":"b","finish_reason":"stop","logprobs":null})") != line.npos);
}

TEST_CASE("a batch line of a response holds the object that came")
{
    written_answer job{output_form::batch_line, operation::responses};
    CHECK(
        job.value({generation{
            {choice{R"("Four")", {}, R"("status":"completed","output":[{"type":"message"}])", false}},
            {},
            R"("id":"resp_1","model":"m-2","usage":{"input_tokens":9,"output_tokens":3})"}}) ==
        R"({"id":"batch_req_documents/documents-in/3/42","custom_id":"job 1","response":{"status_code":200,)"
        R"("request_id":"r-1","body":{"id":"resp_1","model":"m-2","usage":{"input_tokens":9,"output_tokens":3},)"
        R"("status":"completed","output":[{"type":"message"}]}},"error":null})");
}

TEST_CASE("the error line of a batch has the service's status, or no response at all")
{
    auto route = tests::route_of(config::job_form::batch_line, operation::embeddings);
    const auto source = tests::record_of("{}");
    const auto refused = pipeline::failure{pipeline::errc::refused, "too \"long\""}
                             .with_code("context_length_exceeded")
                             .with_status(400)
                             .with_request_id("r-2");
    CHECK_FALSE(write_inline_error(route, source, "job 1", refused, {}));

    route.errors = config::error_rule::inline_line;
    const auto line = write_inline_error(route, source, "job 1", refused, {});
    REQUIRE(line);
    CHECK(line->topic == "out");
    CHECK(line->key == "key");
    CHECK(
        line->value ==
        R"({"id":"batch_req_documents/documents-in/3/42","custom_id":"job 1","response":{"status_code":400,)"
        R"("request_id":"r-2","body":{"error":{"code":"context_length_exceeded","message":"too \"long\""}}},)"
        R"("error":null})");
    const auto malformed =
        pipeline::failure{pipeline::errc::refused, "not JSON at byte 0"}.with_code("not_json");
    CHECK(write_inline_error(route, source, {}, malformed, {})->value ==
          R"({"id":"batch_req_documents/documents-in/3/42","custom_id":"documents/documents-in/3/42",)"
          R"("response":null,"error":{"code":"not_json","message":"not JSON at byte 0"}})");
}

TEST_CASE("merge puts the vector, the text or what the message says into the record")
{
    written_answer vectors{output_form::merge, operation::embeddings};
    CHECK(vectors.value({embedding{{1.0f}}}) == R"({"id": 1, "body": "text","answer":[1]})");
    CHECK(vectors.value({embedding{{1.0f}}, embedding{{2.0f}}}) ==
          R"({"id": 1, "body": "text","answer":[[1],[2]]})");
    written_answer texts{output_form::merge, operation::completions};
    CHECK(texts.value({said(R"("a")")}) == R"({"id": 1, "body": "text","answer":"a"})");
    written_answer responses{output_form::merge, operation::responses};
    CHECK(responses.value({said(R"("a")")}) == R"({"id": 1, "body": "text","answer":"a"})");
    written_answer chats{output_form::merge, operation::chat};
    CHECK(chats.value({said(R"({"role":"assistant","content":"hi\n"})")}) ==
          R"({"id": 1, "body": "text","answer":"hi\n"})");
    CHECK(chats.value({said("null")}) == R"({"id": 1, "body": "text","answer":null})");
}

TEST_CASE("a record without a place for the answer is refused before anything is bought")
{
    written_answer job{output_form::merge, operation::embeddings};
    job.route.merge_at = "/body/vector";
    const auto why = refuse_result(job.route, tests::record_of(job.source));
    REQUIRE(why);
    CHECK(why->code() == "merge_conflict");
    job.route.merge_at = "/vector";
    CHECK_FALSE(refuse_result(job.route, tests::record_of(job.source)));
}

TEST_CASE("raw bytes are the value, and all else is told by headers")
{
    written_answer job{output_form::raw, operation::embeddings};
    job.route.encoding = vector_encoding::int8;
    job.work.metadata = R"({"uri":"u"})";
    const auto made = job.write({embedding{{127.0f, -64.0f}}, embedding{{254.0f, 2.0f}}});
    REQUIRE(made.has_value());
    CHECK(made->value == "\x7F\xC0\x7F\x01");
    CHECK(header_of(*made, "batchmill-id") == "job 1");
    CHECK(header_of(*made, "batchmill-encoding") == "int8");
    CHECK(header_of(*made, "batchmill-dimensions") == "2");
    CHECK(header_of(*made, "batchmill-vectors") == "2");
    CHECK(header_of(*made, "batchmill-scale") == "1 2");
    CHECK(header_of(*made, "batchmill-prompt-tokens") == "9");
    CHECK(header_of(*made, "batchmill-request-id") == "r-1");
    CHECK(header_of(*made, "batchmill-attempts") == "2");
    CHECK(header_of(*made, "batchmill-time") == "2026-03-01T12:00:01.500Z");
    CHECK(header_of(*made, "batchmill-metadata") == R"({"uri":"u"})");

    job.route.encoding = vector_encoding::float32;
    const auto floats = job.write({embedding{{1.0f}}});
    const auto reply = pipeline::shared_bytes::copy_of("AACAPwAAAL8=");
    const auto from_text = job.write({embedding{reply, reply.view(), pipeline::vector_text_form::base64, 2}});
    REQUIRE(from_text.has_value());
    CHECK(from_text->value == std::string{"\x00\x00\x80\x3F\x00\x00\x00\xBF", 8});
    REQUIRE(floats.has_value());
    CHECK(floats->value == std::string{"\x00\x00\x80\x3F", 4});
    CHECK(header_of(*floats, "batchmill-scale") == "none");
}

TEST_CASE("a vector that its route cannot use is refused, not published")
{
    written_answer job{output_form::result, operation::embeddings};
    job.route.keep_dimensions = 2;
    const auto made = job.write({embedding{{1.0f}}});
    REQUIRE_FALSE(made.has_value());
    CHECK(made.error().code() == "too_few_dimensions");
}
