#include <doctest/doctest.h>

#include "pipeline/job.hpp"
#include "pipeline/reply_codec.hpp"

using config::operation;
using pipeline::generation;
using pipeline::reply;
using pipeline::result;

namespace {

result<reply> read(operation asks, std::string body, std::size_t pieces = 1, std::size_t choices = 1)
{
    pipeline::shape form;
    form.asks = asks;
    form.choices = choices;
    const pipeline::request ask{&form, std::vector<std::string_view>(pieces, "\"x\"")};
    return pipeline::read_reply(ask, pipeline::shared_bytes::copy_of(body));
}

std::string code_of(const result<reply>& read) { return read ? "" : read.error().code(); }

const generation& answer(const result<reply>& read, std::size_t piece = 0)
{
    return std::get<generation>(read->answers.at(piece));
}

}  // namespace

TEST_CASE("a chat answer keeps the message as it came")
{
    const auto got = read(operation::chat, R"({"id":"c","model":"gpt-4.1-2025-04-14","choices":[{"index":0,
        "finish_reason":"stop","logprobs":null,"message":{"role":"assistant", "content":"h\u00e9","refusal":null,
        "tool_calls":[]},"content_filter_results":{"hate":{"filtered":false}}}],
        "prompt_filter_results":[{"prompt_index":0,"content_filter_results":{"jailbreak":{"detected":false}}}],
        "usage":{"prompt_tokens":40,"completion_tokens":12,"total_tokens":52}})");
    REQUIRE(got.has_value());
    REQUIRE(answer(got).choices.size() == 1);
    const auto& made = answer(got).choices.front();
    CHECK(made.content == R"({"role":"assistant","content":"h\u00e9","refusal":null,"tool_calls":[]})");
    CHECK(made.finish_reason == "stop");
    CHECK(made.extras == R"("content_filter_results":{"hate":{"filtered":false}})");
    CHECK_FALSE(made.refused);
    CHECK(answer(got).prompt_filter == R"({"jailbreak":{"detected":false}})");
    CHECK(got->model == "gpt-4.1-2025-04-14");
    CHECK(got->used == pipeline::usage{40, 12, 52});
}

TEST_CASE("choices of several prompts stand prompt by prompt, whatever their order in the reply")
{
    std::string body = R"({"choices":[)";
    for (const int index : {5, 3, 0, 4, 1, 2}) {
        if (body.back() != '[') body += ',';
        body += R"({"index":)" + std::to_string(index) + R"(,"text":")" + std::to_string(index) + R"("})";
    }
    body += "]}";
    const auto got = read(operation::completions, body, 3, 2);
    REQUIRE(got.has_value());
    for (std::size_t prompt = 0; prompt < 3; ++prompt)
        for (std::size_t i = 0; i < 2; ++i)
            CHECK(answer(got, prompt).choices.at(i).content == '"' + std::to_string(prompt * 2 + i) + '"');
}

TEST_CASE("log probabilities are kept")
{
    const auto got =
        read(operation::completions,
             R"({"choices":[{"index":0,"text":"A","logprobs":{"tokens":["A"],"token_logprobs":[-0.10]}}]})");
    CHECK(answer(got).choices.front().extras == R"("logprobs":{"tokens":["A"],"token_logprobs":[-0.10]})");
}

TEST_CASE("what the content filter says of prompts goes to the prompt, under both names")
{
    for (const auto* name : {"prompt_filter_results", "prompt_annotations"}) {
        const auto got = read(
            operation::completions,
            R"({"choices":[{"index":0,"text":"a"},{"index":1,"text":"b"}],")" + std::string{name} +
                R"(":[{"prompt_index":1,"content_filter_results":{"b":1}},{"prompt_index":7},)"
                R"({"content_filter_results":{}},7,{"prompt_index":0,"content_filter_results":{"a":1}}]})",
            2);
        REQUIRE(got.has_value());
        CHECK(answer(got, 0).prompt_filter == R"({"a":1})");
        CHECK(answer(got, 1).prompt_filter == R"({"b":1})");
    }
}

TEST_CASE("a refusal is flagged")
{
    const auto got = read(operation::chat, R"({"choices":[{"index":0,"finish_reason":"stop",
        "message":{"role":"assistant","content":null,"refusal":"I cannot help with that."}}]})");
    CHECK(answer(got).choices.front().refused);
}

TEST_CASE("an answer that the content filter held back stays an answer")
{
    const auto chat = read(operation::chat, R"({"choices":[{"index":0,"finish_reason":"content_filter"}]})");
    REQUIRE(chat.has_value());
    CHECK(answer(chat).choices.front().content == "null");
    CHECK(answer(chat).choices.front().finish_reason == "content_filter");
    const auto cut = read(operation::chat, R"({"choices":[{"index":0,"finish_reason":"content_filter",
        "message":{"role":"assistant"}}]})");
    CHECK(answer(cut).choices.front().content == R"({"role":"assistant"})");
}

TEST_CASE("an answer without a text or message is refused")
{
    CHECK(code_of(read(operation::chat, R"({"choices":[{"index":0,"finish_reason":"stop"}]})")) ==
          "missing_answer");
    CHECK(code_of(read(operation::chat, R"({"choices":[{"index":0,"text":"x"}]})")) == "missing_answer");
    CHECK(code_of(read(operation::chat, R"({"choices":[{"index":0,"message":"x"}]})")) == "missing_answer");
    CHECK(code_of(read(operation::completions, R"({"choices":[{"index":0,"text":7}]})")) == "missing_answer");
    CHECK(code_of(read(operation::completions, R"({"choices":[7]})")) == "missing_answer");
}

TEST_CASE("choices that do not fit the request are refused")
{
    CHECK(code_of(read(operation::completions, R"({"choices":[]})")) == "count_mismatch");
    CHECK(code_of(read(operation::completions, R"({"choices":[{"index":0,"text":"a"}]})", 1, 2)) ==
          "count_mismatch");
    CHECK(code_of(read(operation::completions,
                       R"({"choices":[{"index":0,"text":"a"},{"index":0,"text":"b"}]})", 2)) ==
          "doubled_index");
    CHECK(code_of(read(operation::completions, R"({"choices":[{"index":1,"text":"a"}]})")) ==
          "index_out_of_range");
    CHECK(code_of(read(operation::completions, R"({"choices":[{"text":"a"}]})")).empty());
}

TEST_CASE("bodies that are no generation are refused")
{
    CHECK(code_of(read(operation::chat, "")) == "not_json");
    CHECK(code_of(read(operation::chat, "<html></html>")) == "not_json");
    CHECK(code_of(read(operation::chat, "{}")) == "missing_data");
    CHECK(code_of(read(operation::chat, "[1]")) == "missing_data");
    CHECK(code_of(read(operation::chat, R"({"choices":{}})")) == "missing_data");
    const auto error = read(operation::chat, R"({"error":{"message":"overloaded"}})");
    CHECK(code_of(error) == "error_in_200");
    CHECK(error.error().detail() == "status 200 with an error: overloaded");
    CHECK(error.error().reason() == pipeline::errc::transient);
}

TEST_CASE("an answer with more log probabilities than a record has values is read")
{
    std::string body = R"({"choices":[{"index":0,"text":"x","logprobs":{"token_logprobs":[0)";
    for (int i = 0; i < 1'100'000; ++i) body += ",0";
    CHECK(read(operation::completions, body + "]}}]}").has_value());
}
