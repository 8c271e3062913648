#include <doctest/doctest.h>

#include "tests/pipeline/codec_cases.hpp"

using namespace tests;
using config::job_form;
using config::operation;
using pipeline::piece_form;

namespace {

config::route_settings route_for(operation asks) { return route_of(job_form::batch_line, asks); }

std::string_view url_of(operation asks)
{
    switch (asks) {
        case operation::embeddings: return "/v1/embeddings";
        case operation::completions: return "/v1/completions";
        case operation::chat: return "/v1/chat/completions";
        case operation::responses: return "/v1/responses";
    }
    return "";
}

/// A batch line with this body.
std::string line(operation asks, std::string_view body)
{
    return R"({"custom_id":"a","method":"POST","url":")" + std::string{url_of(asks)} + R"(","body":)" +
           std::string{body} + "}";
}

pipeline::result<pipeline::job> decode_body(operation asks, std::string_view body)
{
    return decode(route_for(asks), line(asks, body));
}

}  // namespace

TEST_CASE("a batch line becomes a job with its custom id")
{
    const auto job = decode_body(operation::embeddings, R"({"model":"m","input":"text"})");
    REQUIRE(job.has_value());
    CHECK(job->id == "a");
    CHECK(job->wanted_model == "m");
    CHECK(json_of(job) == strings{R"("text")"});
    CHECK(job->asks.form.parameters == "{}");
}

TEST_CASE("urls are known with and without v1")
{
    for (const auto* url : {"/v1/embeddings", "/embeddings"}) {
        const auto value =
            R"({"custom_id":"a","method":"POST","body":{"input":"x"},"url":")" + std::string{url} + "\"}";
        CHECK(refusal(decode(route_for(operation::embeddings), value)).empty());
    }
}

TEST_CASE("a line for another operation than the route's is refused")
{
    const auto chat_line = line(operation::chat, R"({"messages":[{"role":"user","content":"x"}]})");
    CHECK(explanation(decode(route_for(operation::embeddings), chat_line)) ==
          "wrong_url: /url is something else than /v1/embeddings, which this route is for");
    CHECK(refusal(decode(route_for(operation::completions), chat_line)) == "wrong_url");
}

TEST_CASE("the frame of a batch line is checked member by member")
{
    const auto refused = [](std::string value) {
        return explanation(decode(route_for(operation::embeddings), std::move(value)));
    };
    CHECK(refused(R"({})") == "missing_member: nothing at /custom_id, where a string belongs");
    CHECK(refused(R"({"custom_id":7})") == "wrong_type: /custom_id is a number where a string belongs");
    CHECK(refused(R"({"custom_id":""})") == "empty_id: an empty id at /custom_id");
    CHECK(refused(R"({"custom_id":"a"})") == "missing_member: nothing at /method, where a string belongs");
    CHECK(refused(R"({"custom_id":"a","method":"GET"})").starts_with("wrong_method"));
    CHECK(refused(R"({"custom_id":"a","method":"POST"})").starts_with("missing_member: nothing at /url"));
    CHECK(refused(R"({"custom_id":"a","method":"POST","url":"/v1/images"})").starts_with("wrong_url"));
    CHECK(refused(R"({"custom_id":"a","method":"POST","url":"/v1/v1/embeddings"})").starts_with("wrong_url"));
    CHECK(refused(R"({"custom_id":"a","method":"POST","url":"/embeddings","body":"x"})") ==
          "wrong_type: /body is a string where an object belongs");
    CHECK(refused(R"({"custom_id":"a","method":"POST","url":"/embeddings","body":{}})") ==
          "missing_member: nothing at /body/input, where a text or an array of texts belongs");
}

TEST_CASE("input and prompt are read in all four forms")
{
    for (const auto asks : {operation::embeddings, operation::completions}) {
        const std::string name = asks == operation::embeddings ? "input" : "prompt";
        const auto read = [&](std::string_view value) {
            return decode_body(asks, "{\"" + name + "\":" + std::string{value} + "}");
        };
        CHECK(json_of(read(R"("one")")) == strings{R"("one")"});
        CHECK(json_of(read(R"(["one", "two"])")) == strings{R"("one")", R"("two")"});
        CHECK(json_of(read("[1, 2, 3]")) == strings{"[1,2,3]"});
        CHECK(json_of(read("[[1, 2],[3]]")) == strings{"[1,2]", "[3]"});
        CHECK(read(R"("one")")->asks.form.pieces == piece_form::text);
        CHECK(read("[1,2,3]")->asks.form.pieces == piece_form::tokens);
        CHECK(read("[1,2,3]")->asks.pieces.front().text_bytes == 12);
    }
}

TEST_CASE("inputs that are neither texts nor tokens are refused with their pointer")
{
    const auto refused = [](std::string_view input) {
        return explanation(decode_body(operation::embeddings, "{\"input\":" + std::string{input} + "}"));
    };
    CHECK(refused("7") == "wrong_type: /body/input is a number where a text or an array of texts belongs");
    CHECK(refused("null").starts_with("wrong_type: /body/input is null"));
    CHECK(refused("[]") == "empty_array: /body/input is an array without texts");
    CHECK(refused(R"(["a",1])") == "wrong_type: /body/input/1 is a number where a text belongs");
    CHECK(refused(R"([1,"a"])") == "wrong_type: /body/input/1 is a string where a token number belongs");
    CHECK(refused("[1,1.5]") == "out_of_range: /body/input/1 is not a token number");
    CHECK(refused("[1,-1]") == "out_of_range: /body/input/1 is not a token number");
    CHECK(refused("[[1],[]]") == "empty_array: /body/input/1 is an array without tokens");
    CHECK(refused(R"([[1],"a"])").starts_with("wrong_type: /body/input/1 is a string"));
    CHECK(refused("[{}]").starts_with("wrong_type: /body/input/0 is an object"));
    CHECK(refused(R"(["a"," "])") == "empty_text: empty text: nothing but white space at /body/input/1");
}

TEST_CASE("messages pass through untouched as one piece")
{
    const auto job = decode_body(operation::chat, R"({"messages":[
        {"role":"system","content":"be brief"},
        {"role":"user","name":"u","content":[{"type":"text","text":"h\u00e9"},
            {"type":"image_url","image_url":{"url":"data:image/png;base64,AAAAAAAAAAAA"}}]},
        {"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function"}]},
        {"role":"tool","tool_call_id":"c"}]})");
    REQUIRE(job.has_value());
    REQUIRE(job->asks.pieces.size() == 1);
    CHECK(job->asks.pieces.front().json.view() ==
          R"([{"role":"system","content":"be brief"},)"
          R"({"role":"user","name":"u","content":[{"type":"text","text":"h\u00e9"},)"
          R"({"type":"image_url","image_url":{"url":"data:image/png;base64,AAAAAAAAAAAA"}}]},)"
          R"({"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function"}]},)"
          R"({"role":"tool","tool_call_id":"c"}])");
    // Every string but the picture: role, name, type and id are text to the service too.
    CHECK(job->asks.pieces.front().text_bytes == 6 + 8 + 4 + 1 + 4 + 3 + 9 + 9 + 1 + 8 + 4 + 1);
}

TEST_CASE("messages that are none are refused with their pointer")
{
    const auto refused = [](std::string_view messages) {
        return explanation(decode_body(operation::chat, "{\"messages\":" + std::string{messages} + "}"));
    };
    CHECK(refused(R"("hi")") == "wrong_type: /body/messages is a string where an array belongs");
    CHECK(refused("[]") == "empty_array: /body/messages is an array without messages");
    CHECK(refused(R"(["hi"])") == "wrong_type: /body/messages/0 is a string where a message belongs");
    CHECK(refused(R"([{"content":"x"}])").starts_with("missing_member: nothing at /body/messages/0/role"));
    CHECK(refused(R"([{"role":7}])").starts_with("wrong_type: /body/messages/0/role is a number"));
    CHECK(refused(R"([{"role":"user","content":{}}])")
              .starts_with("wrong_type: /body/messages/0/content is an object"));
}

TEST_CASE("unknown members of the body pass through untouched, sorted by name")
{
    const auto job =
        decode_body(operation::chat, R"({"zeta": [1.0e0, {"b":1,"a":2}], "messages":[{"role":"user"}],
        "model":"m", "alpha" : 0.70, "stream": false, "big":123456789012345678901234567890})");
    CHECK(job->asks.form.parameters ==
          R"({"alpha":0.70,"big":123456789012345678901234567890,"zeta":[1.0e0,{"b":1,"a":2}]})");
}

TEST_CASE("members of the body win over the route's parameters")
{
    auto route = route_for(operation::chat);
    route.parameters = R"({"temperature":0,"max_completion_tokens":50,"encoding_format":"float"})";
    const auto job =
        decode(route, line(operation::chat, R"({"messages":[{"role":"user"}],"temperature":1,"n":3})"));
    CHECK(job->asks.form.parameters ==
          R"({"encoding_format":"float","max_completion_tokens":50,"n":3,"temperature":1})");
    CHECK(job->asks.form.choices == 3);
    CHECK(job->asks.form.output_tokens == config::tokens{150});
}

TEST_CASE("how vectors travel is not the line's choice")
{
    const auto job =
        decode_body(operation::embeddings, R"({"input":"x","encoding_format":"float","dimensions":256})");
    CHECK(job->asks.form.parameters == R"({"dimensions":256})");
    CHECK(job->asks.form.dimensions == 256);
}

TEST_CASE("counts that are none are refused")
{
    const auto refused = [](std::string_view members) {
        return explanation(
            decode_body(operation::completions, R"({"prompt":"x",)" + std::string{members} + "}"));
    };
    CHECK(refused(R"("n":0)") == "out_of_range: /body/n is not a whole number from 1 to 2147483647");
    CHECK(refused(R"("n":"2")").starts_with("out_of_range: /body/n"));
    CHECK(refused(R"("n":1.5)").starts_with("out_of_range: /body/n"));
    CHECK(refused(R"("max_tokens":-1)").starts_with("out_of_range: /body/max_tokens"));
    CHECK(refused(R"("best_of":99999999999999999999)").starts_with("out_of_range: /body/best_of"));
    CHECK(refused(R"("n":null,"max_tokens":null)").empty());
}

TEST_CASE("a stream is refused by name")
{
    CHECK(explanation(decode_body(operation::completions, R"({"prompt":"x","stream":true})"))
              .starts_with("stream_refused: stream: true at /body/stream"));
    CHECK(refusal(decode_body(operation::completions, R"({"prompt":"x","stream":"yes"})")) == "wrong_type");
    CHECK(refusal(decode_body(operation::completions, R"({"prompt":"x","stream":null})")).empty());
}
