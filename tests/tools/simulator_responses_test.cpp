// The Responses API of the simulator: what it takes, what it answers, and what it can be made to get wrong.
#include <doctest/doctest.h>

#include <string>

#include "tests/tools/simulator_service_fixture.hpp"

using tests::json_body;
using tests::post;
using tests::post_with;

namespace {

constexpr std::string_view classic = "/openai/responses?api-version=2025-03-01-preview";
constexpr std::string_view openai = "/v1/responses";

json_body ask(const std::string& members, std::string_view target = openai)
{
    simulator::service service{{}};
    return json_body{post(service, target, R"({"model":"m",)" + members + "}")};
}

std::string param_of(const std::string& members, std::string_view target = openai)
{
    return ask(members, target).text("/error/param");
}

}  // namespace

TEST_CASE("a response has every member of the documents, in each form of the API")
{
    for (const std::string_view target : {classic, openai, std::string_view{"/openai/v1/responses"}}) {
        CAPTURE(std::string{target});
        const auto made = ask(R"("input":"Tell me of tides","temperature":0.5)", target);
        CHECK(made.text("/object") == "response");
        CHECK(made.text("/id").starts_with("resp_"));
        CHECK(made.text("/status") == "completed");
        CHECK(made.text("/error") == "(null)");
        CHECK(made.text("/incomplete_details") == "(null)");
        CHECK(made.text("/model") == "m");
        CHECK(made.number("/created_at") > 1'700'000'000);
        CHECK(made.size("/output") == 1);
        CHECK(made.text("/output/0/type") == "message");
        CHECK(made.text("/output/0/role") == "assistant");
        CHECK(made.text("/output/0/content/0/type") == "output_text");
        CHECK(made.text("/output/0/content/0/text").ends_with("begins: Tell me of tides"));
        CHECK(made.at("/temperature")->GetDouble() == 0.5);
        CHECK(made.text("/instructions") == "(null)");
        CHECK(made.number("/usage/total_tokens") ==
              made.number("/usage/input_tokens") + made.number("/usage/output_tokens"));
        CHECK((made.text("/user") == "(null)") == (target != openai));
    }
}

TEST_CASE("instructions and items of all kinds are read, and one input is bought")
{
    simulator::service service{{}};
    const json_body made{post(service, openai, R"({"model":"m","instructions":"Be brief.","input":[
        {"role":"user","content":"one"},
        {"type":"message","role":"user","content":[{"type":"input_text","text":"two"},
            {"type":"input_image","image_url":"https://example.org/x.png","detail":"low"}]},
        {"type":"function_call","call_id":"c","name":"n","arguments":"{}"},
        {"type":"function_call_output","call_id":"c","output":"Rain"}]})")};
    CHECK(made.text("/output/0/content/0/text")
              .starts_with(
                  "I read 5 messages (instructions, user, user, function_call, function_call_output)"));
    CHECK(made.text("/instructions") == "Be brief.");
    CHECK(service.book().totals().inputs == 1);
}

TEST_CASE("what is no request for a response is refused with its place")
{
    CHECK(param_of(R"("instructions":"x")") == "input");
    CHECK(param_of(R"("input":"")") == "input");
    CHECK(param_of(R"("input":[])") == "input");
    CHECK(param_of(R"("input":[{"role":"pilot","content":"x"}])") == "input[0].role");
    CHECK(param_of(R"("input":[{"type":"dream"}])") == "input[0].type");
    CHECK(param_of(R"("input":[{"role":"user","content":[{"type":"text","text":"x"}]}])") ==
          "input[0].content[0].type");
    CHECK(param_of(R"("input":"x","messages":[])") == "messages");
    CHECK(param_of(R"("input":"x","max_tokens":20)") == "max_tokens");
    CHECK(param_of(R"("input":"x","max_output_tokens":15)") == "max_output_tokens");
    CHECK(param_of(R"("input":"x","max_output_tokens":15)", classic) == "(absent)");
    CHECK(param_of(R"("input":"x","background":true)") == "background");
    CHECK(param_of(R"("input":"x","stream":true)") == "stream");
    CHECK(param_of(R"("input":"x","previous_response_id":"resp_1")") == "previous_response_id");
    CHECK(param_of(R"("input":"x","tools":[{"type":"function"}])") == "tools[0].name");
    CHECK(param_of(R"("input":"x","text":{"format":{"type":"json_schema"}})") == "text.format.name");
    simulator::service service{{}};
    CHECK(json_body{post(service, classic, R"({"input":"x"})")}.text("/error/param") == "model");
}

TEST_CASE("tools are called, schemas are kept to, and thinking is an item of its own")
{
    const std::string tools =
        R"("input":"Weather?","tools":[{"type":"web_search"},{"type":"function","name":"weather",)"
        R"("strict":true,"parameters":{"type":"object","properties":{"days":{"type":"integer",)"
        R"("minimum":2}}}}])";
    const auto called = ask(tools + R"(,"tool_choice":"required")");
    CHECK(called.text("/output/0/type") == "function_call");
    CHECK(called.text("/output/0/name") == "weather");
    CHECK(called.text("/output/0/arguments") == R"({"days":2})");
    CHECK(ask(tools + R"(,"tool_choice":{"type":"function","name":"weather"})").text("/output/0/name") ==
          "weather");
    CHECK(param_of(tools + R"(,"tool_choice":{"type":"function","name":"tides"})") == "tool_choice");
    CHECK(ask(tools).text("/output/0/type") == "message");

    const auto fitted =
        ask(R"("input":"x","text":{"format":{"type":"json_schema","name":"n","schema":{"const":7}}})");
    CHECK(fitted.text("/output/0/content/0/text") == "7");
    const auto thought = ask(R"("input":"x","reasoning":{"effort":"low"},"top_logprobs":2,)"
                             R"("include":["message.output_text.logprobs"])");
    CHECK(thought.text("/output/0/type") == "reasoning");
    CHECK(thought.size("/output/1/content/0/logprobs") > 0);
    CHECK(thought.size("/output/1/content/0/logprobs/0/top_logprobs") == 2);
}

TEST_CASE("a response that is cut off is incomplete")
{
    const auto cut = ask(R"("input":"x","max_output_tokens":2)", classic);
    CHECK(cut.text("/status") == "incomplete");
    CHECK(cut.text("/incomplete_details/reason") == "max_output_tokens");
    CHECK(cut.text("/output/0/status") == "incomplete");
    CHECK(cut.number("/usage/output_tokens") == 2);
}

TEST_CASE("responses fail, refuse and are filtered as a rule says")
{
    const std::string body = R"({"model":"m","input":"x"})";
    const auto with = [&](const std::string& then) {
        return json_body{
            post_with(R"([{"when":{"operation":"responses"},"then":)" + then + "}]", openai, body)};
    };
    const auto failed = with(R"({"failure":"server_error"})");
    CHECK(failed.text("/status") == "failed");
    CHECK(failed.text("/error/code") == "server_error");
    CHECK(failed.at("/output") != nullptr);
    CHECK(failed.size("/output") == 0);
    CHECK(failed.at("/usage") == nullptr);
    const auto refused = with(R"({"refusal":"No."})");
    CHECK(refused.text("/output/0/content/0/refusal") == "No.");
    const auto filtered = with(R"({"content_filter":"answer"})");
    CHECK(filtered.text("/status") == "incomplete");
    CHECK(filtered.text("/incomplete_details/reason") == "content_filter");
    CHECK(with(R"({"content_filter":"prompt"})").text("/error/code") == "content_filter");
    CHECK(with(R"({"answers":"all_missing"})").size("/output") == 0);
    CHECK(with(R"({"without_usage":true})").at("/usage") == nullptr);
    CHECK(with(R"({"model":"other"})").text("/model") == "other");
}

TEST_CASE("a response that failed is not bought")
{
    simulator::service service{{}};
    service.faults().set(simulator::read_faults(R"([{"then":{"failure":"server_error"}}])"));
    auto made = post(service, openai, R"({"model":"m","input":"x"})");
    CHECK(made.paid.inputs.empty());
    CHECK(made.paid.billed_tokens == 0);
}
