#include <doctest/doctest.h>

#include <string>

#include "tests/tools/simulator_service_fixture.hpp"

using tests::json_body;
using tests::post;

TEST_CASE("an embeddings reply has every member of the documents")
{
    simulator::service service{{.deployments = {{.name = "vectors", .model = "text-embedding-3-small"}}}};
    const auto made =
        post(service, tests::classic_embeddings, R"({"input":["one two","three"],"dimensions":8})");
    const json_body json{made};
    REQUIRE(made.answer.status == 200);
    CHECK(json.text("/object") == "list");
    CHECK(json.text("/model") == "text-embedding-3-small");
    CHECK(json.size("/data") == 2);
    CHECK(json.text("/data/1/object") == "embedding");
    CHECK(json.number("/data/1/index") == 1);
    CHECK(json.size("/data/1/embedding") == 8);
    CHECK(json.number("/usage/prompt_tokens") == 3);
    CHECK(json.number("/usage/total_tokens") == 3);
    CHECK_FALSE(simulator::find_header(made.answer.headers, "apim-request-id").empty());
}

TEST_CASE("dimensions default to the model's and base64 carries the same numbers")
{
    simulator::service service{{}};
    const auto ask = [&](const std::string& model) {
        return json_body{post(service, "/v1/embeddings", R"({"input":"x","model":")" + model + "\"}")};
    };
    CHECK(ask("text-embedding-3-small").size("/data/0/embedding") == 1536);
    CHECK(ask("text-embedding-3-large").size("/data/0/embedding") == 3072);
    CHECK(ask("anything").size("/data/0/embedding") == 1536);

    const json_body base64{
        post(service, "/v1/embeddings", R"({"input":"x","model":"m","encoding_format":"base64"})")};
    CHECK(base64.text("/data/0/embedding").size() == 8192);
    const json_body one{post(service, "/v1/embeddings",
                             R"({"input":"x","model":"m","encoding_format":"base64","dimensions":1})")};
    CHECK((one.text("/data/0/embedding") == "AACAPw==" || one.text("/data/0/embedding") == "AACAvw=="));
}

TEST_CASE("a chat reply has every member of the documents, with filter results on Azure's forms only")
{
    simulator::service service{{}};
    const std::string body = R"({"model":"m","n":2,"messages":[{"role":"system","content":"Be brief."},)"
                             R"({"role":"user","content":"Tell me of tides"}]})";
    const json_body azure{post(service, "/openai/v1/chat/completions", body)};
    CHECK(azure.text("/object") == "chat.completion");
    CHECK(azure.text("/id").starts_with("chatcmpl-"));
    CHECK(azure.number("/created") > 1'700'000'000);
    CHECK(azure.text("/system_fingerprint") != "(absent)");
    CHECK(azure.size("/choices") == 2);
    CHECK(azure.number("/choices/1/index") == 1);
    CHECK(azure.text("/choices/1/finish_reason") == "stop");
    CHECK(azure.text("/choices/1/logprobs") == "(null)");
    CHECK(azure.text("/choices/0/message/role") == "assistant");
    CHECK(azure.text("/choices/0/message/refusal") == "(null)");
    CHECK(azure.text("/choices/0/message/content").find("2 messages (system, user)") != std::string::npos);
    CHECK(azure.text("/choices/0/message/content").ends_with("begins: Tell me of tides"));
    CHECK(azure.text("/choices/0/message/content") != azure.text("/choices/1/message/content"));
    CHECK(azure.text("/choices/0/content_filter_results/hate/severity") == "safe");
    CHECK(azure.number("/prompt_filter_results/0/prompt_index") == 0);
    CHECK(azure.number("/usage/total_tokens") ==
          azure.number("/usage/prompt_tokens") + azure.number("/usage/completion_tokens"));

    const json_body openai{post(service, "/v1/chat/completions", body)};
    CHECK(openai.text("/choices/0/message/content") == azure.text("/choices/0/message/content"));
    CHECK(openai.at("/prompt_filter_results") == nullptr);
    CHECK(openai.at("/choices/0/content_filter_results") == nullptr);
}

TEST_CASE("completions number their choices prompt by prompt")
{
    simulator::service service{{}};
    const json_body json{
        post(service, tests::classic_completions, R"({"prompt":["first","second"],"n":2,"max_tokens":50})")};
    REQUIRE(json.size("/choices") == 4);
    CHECK(json.text("/object") == "text_completion");
    CHECK(json.text("/choices/1/text").ends_with("continues: first"));
    CHECK(json.text("/choices/2/text").ends_with("continues: second"));
    CHECK(json.number("/choices/2/index") == 2);
    CHECK(json.text("/choices/0/text") != json.text("/choices/1/text"));
    CHECK(json.size("/prompt_filter_results") == 2);
}

TEST_CASE("max_tokens and stop end an answer")
{
    simulator::service service{{}};
    const json_body cut{post(service, tests::classic_chat,
                             R"({"messages":[{"role":"user","content":"x"}],"max_completion_tokens":3})")};
    CHECK(cut.text("/choices/0/message/content") == "I read 1");
    CHECK(cut.text("/choices/0/finish_reason") == "length");
    CHECK(cut.number("/usage/completion_tokens") == 3);

    const json_body stopped{
        post(service, tests::classic_chat, R"({"messages":[{"role":"user","content":"x"}],"stop":" 1 "})")};
    CHECK(stopped.text("/choices/0/message/content") == "I read");
    CHECK(stopped.text("/choices/0/finish_reason") == "stop");

    const json_body echoed{
        post(service, tests::classic_completions, R"({"prompt":"once upon","max_tokens":0,"echo":true})")};
    CHECK(echoed.text("/choices/0/text") == "once upon");
}

TEST_CASE("an answer is JSON where JSON was asked for, whatever the question holds")
{
    simulator::service service{{}};
    const json_body json{post(service, tests::classic_chat,
                              R"({"messages":[{"role":"user","content":"json \"\\\u0001 now"}],)"
                              R"("response_format":{"type":"json_object"}})")};
    const auto content = json.text("/choices/0/message/content");
    rapidjson::Document answer;
    answer.Parse(content.data(), content.size());
    REQUIRE_FALSE(answer.HasParseError());
    CHECK(std::string{answer["begins"].GetString()} == "json \"\\\x01 now");
}

TEST_CASE("the client's request id comes back, and each answer has one of its own")
{
    simulator::service service{{}};
    const auto first =
        post(service, tests::classic_embeddings, R"({"input":"x"})", {{"x-ms-client-request-id", "mine"}});
    const auto second = post(service, tests::classic_embeddings, R"({"input":"x"})");
    CHECK(simulator::find_header(first.answer.headers, "x-ms-client-request-id") == "mine");
    CHECK(simulator::find_header(first.answer.headers, "x-request-id") !=
          simulator::find_header(second.answer.headers, "x-request-id"));
}

TEST_CASE("a charge is off by a tenth at most, and always by the same for the same request")
{
    simulator::call asked;
    asked.inputs.push_back(simulator::make_input(std::string(40'000, 'a')));
    const auto cost = simulator::charge_of(asked, "d", 7);
    CHECK(cost.tokens >= 9000);
    CHECK(cost.tokens <= 11000);
    CHECK(cost.tokens != 10000);
    CHECK(simulator::charge_of(asked, "d", 7).tokens == cost.tokens);
    CHECK(simulator::charge_of(asked, "d", 8).tokens != cost.tokens);
}
