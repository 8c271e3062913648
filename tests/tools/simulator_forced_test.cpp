// What a chat can be made to answer: calls of tools, and JSON that fits a schema.
#include <doctest/doctest.h>

#include <string>

#include "tests/tools/simulator_service_fixture.hpp"
#include "tools/simulator/schema_sample.hpp"

using tests::json_body;
using tests::post;

namespace {

json_body chat(const std::string& members, std::string_view target = tests::classic_chat)
{
    simulator::service service{{}};
    return json_body{
        post(service, target,
             R"({"model":"m","messages":[{"role":"user","content":"Weather?"}],)" + members + "}")};
}

const std::string two_tools =
    R"("tools":[{"type":"function","function":{"name":"weather","parameters":{"type":"object","properties":)"
    R"({"days":{"type":"integer","minimum":2}}}}},{"type":"custom","custom":{"name":"shell"}}])";

}  // namespace

TEST_CASE("a required tool is called in every choice, with arguments that fit")
{
    const auto made = chat(two_tools + R"(,"tool_choice":"required","n":2)");
    for (const std::string choice : {"/choices/0", "/choices/1"}) {
        CAPTURE(choice);
        CHECK(made.text(choice + "/finish_reason") == "tool_calls");
        CHECK(made.text(choice + "/message/content") == "(null)");
        CHECK(made.text(choice + "/message/tool_calls/0/type") == "function");
        CHECK(made.text(choice + "/message/tool_calls/0/function/name") == "weather");
        CHECK(made.text(choice + "/message/tool_calls/0/function/arguments") == R"({"days":2})");
    }
    CHECK(made.text("/choices/0/message/tool_calls/0/id") != made.text("/choices/1/message/tool_calls/0/id"));
    CHECK(made.number("/usage/completion_tokens") > 0);
}

TEST_CASE("a tool that is named is called without saying so in the finish reason")
{
    const auto made = chat(two_tools + R"(,"tool_choice":{"type":"custom","custom":{"name":"shell"}})");
    CHECK(made.text("/choices/0/finish_reason") == "stop");
    CHECK(made.text("/choices/0/message/tool_calls/0/custom/name") == "shell");
    CHECK(made.text("/choices/0/message/tool_calls/0/custom/input").starts_with("fingerprint "));
    CHECK(made.at("/choices/0/message/tool_calls/0/function") == nullptr);
}

TEST_CASE("the functions of old are called in their own member")
{
    const auto made = chat(R"("functions":[{"name":"weather"}],"function_call":{"name":"weather"})");
    CHECK(made.text("/choices/0/message/function_call/name") == "weather");
    CHECK(made.text("/choices/0/message/function_call/arguments") == "{}");
    CHECK(made.at("/choices/0/message/tool_calls") == nullptr);
}

TEST_CASE("tools that nobody insists on are not called")
{
    for (const std::string choice : {"", R"(,"tool_choice":"auto")", R"(,"tool_choice":"none")"}) {
        CAPTURE(choice);
        const auto made = chat(two_tools + choice);
        CHECK(made.text("/choices/0/finish_reason") == "stop");
        CHECK(made.text("/choices/0/message/content").starts_with("I read 1 messages"));
        CHECK(made.at("/choices/0/message/tool_calls") == nullptr);
    }
}

TEST_CASE("tools that make no sense are refused by name")
{
    const auto path = [](const std::string& members) { return chat(members).text("/error/param"); };
    CHECK(path(R"("tools":[{"type":"function","function":{}}])") == "tools[0].function.name");
    CHECK(path(R"("tools":[{"type":"hammer"}])") == "tools[0].type");
    CHECK(path(R"("tool_choice":"required")") == "tool_choice");
    CHECK(path(two_tools + R"(,"tool_choice":"perhaps")") == "tool_choice");
    CHECK(path(two_tools + R"(,"tool_choice":{"type":"function","function":{"name":"saw"}})") ==
          "tool_choice");
    CHECK(path(R"("functions":[{}])") == "functions[0].name");
}

TEST_CASE("an answer fits the schema that was asked for")
{
    const auto made =
        chat(R"("response_format":{"type":"json_schema","json_schema":{"name":"event","schema":)"
             R"({"type":"object","properties":{"day":{"type":"string"},"sure":{"type":"boolean"}}}}})");
    const auto content = made.text("/choices/0/message/content");
    CHECK(content.starts_with(R"({"day":"fingerprint )"));
    CHECK(content.ends_with(R"(","sure":true})"));

    const auto refused = [](const std::string& schema) {
        return chat(R"("response_format":{"type":"json_schema","json_schema":)" + schema + "}")
            .text("/error/param");
    };
    CHECK(refused("{}") == "response_format.json_schema.name");
    CHECK(refused(R"({"name":"white space"})") == "response_format.json_schema.name");
    CHECK(refused(R"({"name":"x","schema":7})") == "response_format.json_schema.schema");
}

TEST_CASE("members of newer models are taken, and checked where their values are known")
{
    CHECK(chat(R"("reasoning_effort":"minimal","verbosity":"low","metadata":{"a":"b"},"store":false)")
              .text("/object") == "chat.completion");
    CHECK(chat(R"("reasoning_effort":"extreme")").text("/error/param") == "reasoning_effort");
    CHECK(chat(R"("metadata":{"a":7})").text("/error/param") == "metadata");
    CHECK(chat(R"("logit_bias":{"5":101})").text("/error/param") == "logit_bias");
    CHECK(chat(R"("prediction":{"type":"content"})").text("/error/param") == "prediction.content");
    CHECK(chat(R"("top_logprobs":2)").text("/error/param") == "top_logprobs");
}

TEST_CASE("a sample of a schema is what its keywords ask for")
{
    const auto sample = [](std::string_view schema) { return simulator::sample_of(schema, "text"); };
    CHECK(sample(R"({"type":"string"})") == R"("text")");
    CHECK(sample(R"({"type":"string","maxLength":2})") == R"("te")");
    CHECK(sample(R"({"type":"string","minLength":6})") == R"("text..")");
    CHECK(sample(R"({"type":"integer","exclusiveMinimum":3})") == "4");
    CHECK(sample(R"({"type":"number","minimum":0.25,"maximum":0.75})") == "0.25");
    CHECK(sample(R"({"type":"number","exclusiveMinimum":0,"exclusiveMaximum":1})") == "0.5");
    CHECK(sample(R"({"type":"number","minimum":-1})") == "0");
    CHECK(sample(R"({"type":"integer","maximum":-2})") == "-2");
    CHECK(sample(R"({"type":["boolean","null"]})") == "true");
    CHECK(sample(R"({"enum":["a","b"]})") == R"("a")");
    CHECK(sample(R"({"const":{"x":1}})") == R"({"x":1})");
    CHECK(sample(R"({"type":"array","minItems":2,"items":{"type":"null"}})") == "[null,null]");
    CHECK(sample(R"({"type":"array","maxItems":0,"items":{"type":"null"}})") == "[]");
    CHECK(sample(R"({"anyOf":[{"type":"boolean"},{"type":"null"}]})") == "true");
    CHECK(sample(R"({"$ref":"#/$defs/x","$defs":{"x":{"type":"boolean"}}})") == "true");
    CHECK(sample("{}") == "{}");
    CHECK(sample("no JSON") == "{}");
}

TEST_CASE("a sample of a schema that contains itself ends, and is JSON")
{
    for (const std::string required : {"", R"("required":["next"],)"}) {
        CAPTURE(required);
        const auto sample = simulator::sample_of(
            R"({"type":"object",)" + required + R"("properties":{"next":{"$ref":"#"}}})", "text");
        rapidjson::Document document;
        document.Parse(sample.data(), sample.size());
        CHECK_FALSE(document.HasParseError());
        CHECK(rapidjson::Pointer{"/next/next"}.Get(document) != nullptr);
    }
}
