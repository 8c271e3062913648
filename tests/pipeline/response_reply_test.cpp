// Replies to requests for responses, from the wire to what is published of them.
#include <doctest/doctest.h>

#include <array>
#include <utility>

#include "pipeline/job.hpp"
#include "pipeline/reply_codec.hpp"
#include "pipeline/verdict.hpp"

using pipeline::errc;
using pipeline::generation;
using pipeline::reply;
using pipeline::result;

namespace {

result<reply> read(const std::string& body)
{
    pipeline::shape form;
    form.asks = config::operation::responses;
    const pipeline::request ask{&form, {"\"x\""}};
    return pipeline::read_reply(ask, pipeline::shared_bytes::copy_of(body));
}

std::string code_of(const result<reply>& read) { return read ? "" : read.error().code(); }

const pipeline::choice& choice_of(const result<reply>& read)
{
    REQUIRE(read.has_value());
    return std::get<generation>(read->answers.at(0)).choices.at(0);
}

std::string message(const std::string& parts)
{
    return R"({"type":"message","id":"msg_1","role":"assistant","status":"completed","content":[)" + parts +
           "]}";
}

std::string part(const std::string& text) { return R"({"type":"output_text","text":")" + text + "\"}"; }

std::string with_output(const std::string& items, const std::string& status = "completed")
{
    return R"({"id":"resp_1","object":"response","status":")" + status + R"(","output":[)" + items + "]}";
}

std::string failed(const std::string& code)
{
    return R"({"object":"response","status":"failed","output":[],"error":{"code":")" + code +
           R"(","message":"It went wrong."}})";
}

}  // namespace

TEST_CASE("the texts of all messages of an output are joined")
{
    const auto got =
        read(with_output(R"({"type":"reasoning","id":"r","summary":[]},)" +
                         message(part("Four\\n") + ',' + part("é \\\"legs\\\"")) + ',' + message(part("."))));
    CHECK(choice_of(got).content == R"("Four\né \"legs\".")");
    CHECK(choice_of(got).finish_reason.empty());
    CHECK_FALSE(choice_of(got).refused);
}

TEST_CASE("a response keeps its status and output with the answer, and all else around it")
{
    const auto got =
        read(R"({"id":"resp_1","object":"response", "created_at":1762445017.0,"status":"completed",
        "error":null,"output":[)" +
             message(part("hi")) + R"(],"model":"gpt-4.1","usage":{"input_tokens":11,
        "output_tokens":3,"output_tokens_details":{"reasoning_tokens":2},"total_tokens":14}})");
    CHECK(choice_of(got).extras == R"("status":"completed","output":[)" + message(part("hi")) + ']');
    CHECK(std::get<generation>(got->answers.front()).envelope ==
          R"("id":"resp_1","object":"response","created_at":1762445017.0,"error":null,"model":"gpt-4.1",)"
          R"("usage":{"input_tokens":11,"output_tokens":3,"output_tokens_details":{"reasoning_tokens":2},)"
          R"("total_tokens":14})");
    CHECK(got->model == "gpt-4.1");
    CHECK(got->used == pipeline::usage{11, 3, 14});
}

TEST_CASE("usage without a sum is summed up, and without anything is nothing")
{
    CHECK(read(R"({"output":[)" + message(part("a")) + R"(],"usage":{"input_tokens":2,"output_tokens":3}})")
              ->used == pipeline::usage{2, 3, 5});
    CHECK(read(with_output(message(part("a"))))->used == pipeline::usage{});
}

TEST_CASE("an incomplete response is an answer with its reason, whatever it has of a text")
{
    const auto cut = [](const std::string& reason, const std::string& items) {
        return read(R"({"object":"response","status":"incomplete","incomplete_details":{"reason":")" +
                    reason + R"("},"output":[)" + items + "]}");
    };
    CHECK(choice_of(cut("max_output_tokens", message(part("Fo")))).content == R"("Fo")");
    CHECK(choice_of(cut("max_output_tokens", message(part("Fo")))).finish_reason == "max_output_tokens");
    CHECK(choice_of(cut("max_output_tokens", R"({"type":"reasoning"})")).content == "null");
    CHECK(choice_of(cut("content_filter", "")).content == "null");
    CHECK(choice_of(cut("content_filter", "")).finish_reason == "content_filter");
    CHECK(choice_of(read(with_output("", "incomplete"))).finish_reason.empty());
}

TEST_CASE("a refusal in a message is flagged, and a call of a tool has no text")
{
    const auto refused = read(with_output(message(R"({"type":"refusal","refusal":"I cannot."})")));
    CHECK(choice_of(refused).refused);
    CHECK(choice_of(refused).content == "null");
    const auto called =
        read(with_output(R"({"type":"function_call","call_id":"c","name":"n","arguments":"{}"})"));
    CHECK_FALSE(choice_of(called).refused);
    CHECK(choice_of(called).content == "null");
    CHECK(choice_of(read(with_output(message(part(""))))).content == R"("")");
}

TEST_CASE("a failed response is judged by its error")
{
    constexpr std::array<std::pair<const char*, errc>, 7> known{{
        {"server_error", errc::transient},
        {"vector_store_timeout", errc::transient},
        {"rate_limit_exceeded", errc::throttled},
        {"content_filter", errc::filtered},
        {"invalid_prompt", errc::refused},
        {"image_too_large", errc::refused},
        {"of_next_year", errc::refused},
    }};
    for (const auto& [code, reason] : known) {
        INFO(std::string{code});
        const auto got = read(failed(code));
        REQUIRE_FALSE(got.has_value());
        CHECK(got.error().reason() == reason);
        CHECK(got.error().code() == code);
        CHECK(got.error().detail() == "the response failed: It went wrong.");
    }
    CHECK(read(R"({"status":"failed","error":null})").error().reason() == errc::transient);
    CHECK(code_of(read(R"({"status":"failed"})")) == "response_failed");
    CHECK(code_of(read(failed("with blanks"))) == "response_failed");
}

TEST_CASE("a response that is not finished is none")
{
    for (const auto* status : {"in_progress", "queued", "cancelled", "done"}) {
        const auto got = read(with_output(message(part("a")), status));
        CHECK(code_of(got) == "not_finished");
        CHECK(got.error().reason() == errc::transient);
    }
    CHECK(code_of(read(R"({"status":7,"output":[)" + message(part("a")) + "]}")) == "not_finished");
    CHECK(code_of(read(R"({"output":[)" + message(part("a")) + "]}")).empty());
}

TEST_CASE("bodies that are no response are refused")
{
    CHECK(code_of(read("")) == "not_json");
    CHECK(code_of(read("{}")) == "missing_data");
    CHECK(code_of(read("[1]")) == "missing_data");
    CHECK(code_of(read(R"({"object":"chat.completion","output":[]})")) == "missing_data");
    CHECK(code_of(read(R"({"status":"completed","output":{}})")) == "missing_data");
    CHECK(code_of(read(R"({"error":{"message":"overloaded"}})")) == "error_in_200");
    CHECK(code_of(read(with_output(""))) == "missing_answer");
    CHECK(code_of(read(with_output(R"({"type":"reasoning"})"))) == "missing_answer");
    CHECK(code_of(read(with_output("7"))) == "missing_answer");
    CHECK(code_of(read(with_output(R"({"type":"message"})"))) == "missing_answer");
    CHECK(code_of(read(with_output(message(R"({"type":"output_text","text":7})")))) == "missing_answer");
}
