// The families of servers that the simulator stands in for.
#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

#include "tests/tools/simulator_service_fixture.hpp"
#include "tools/simulator/profile.hpp"

using tests::json_body;
using tests::post;

namespace {

constexpr std::string_view vectors = "/v1/embeddings";

simulator::delivery ask(const char* profile, std::string_view target, std::string_view body)
{
    simulator::service service{{.profile = profile}};
    return post(service, target, body);
}

json_body error_of(const char* profile)
{
    return json_body{ask(profile, vectors, R"({"model":"m","input":""})")};
}

}  // namespace

TEST_CASE("each profile has the URL forms and operations of its family")
{
    const std::string chat = R"({"model":"m","messages":[{"role":"user","content":"x"}]})";
    const std::string text = R"({"model":"m","input":"x"})";
    CHECK(ask("azure", tests::classic_chat, chat).answer.status == 200);
    CHECK(ask("azure", "/v1/chat/completions", chat).answer.status == 404);
    CHECK(ask("azure_v1", "/openai/v1/embeddings", text).answer.status == 200);
    CHECK(ask("openai", tests::classic_embeddings, text).answer.status == 404);
    CHECK(ask("vllm", "/v1/responses", text).answer.status == 200);
    CHECK(ask("llama_cpp", "/v1/responses", text).answer.status == 200);
    CHECK(ask("tei", "/v1/responses", text).answer.status == 404);
    CHECK(ask("tei", "/v1/chat/completions", chat).answer.status == 404);
    CHECK(ask("", tests::classic_embeddings, text).answer.status == 200);
}

TEST_CASE("errors have the shape of the family")
{
    CHECK(error_of("openai").text("/error/code") == "(null)");
    CHECK(error_of("vllm").number("/error/code") == 400);
    CHECK(error_of("vllm").text("/error/type") == "BadRequestError");
    CHECK(error_of("litellm").text("/error/code") == "400");
    CHECK(error_of("litellm").text("/error/param") == "input");
    CHECK(error_of("tei").number("/code") == 400);
    CHECK(error_of("tei").text("/type") == "Validation");
    CHECK(error_of("tei").at("/error") == nullptr);
    CHECK(error_of("tei").text("/message").find("'input'") != std::string::npos);
}

TEST_CASE("base64 and dimensions are taken, ignored or refused")
{
    const std::string wishes = R"({"model":"m","input":"x","encoding_format":"base64","dimensions":2})";
    CHECK(json_body{ask("tei", vectors, wishes)}.text("/data/0/embedding").size() == 12);
    CHECK(json_body{ask("llama_cpp", vectors, wishes)}.size("/data/0/embedding") == 1536);
    CHECK(json_body{ask("litellm", vectors, wishes)}.text("/error/message").find("encoding_format") !=
          std::string::npos);
    CHECK(json_body{ask("vllm", vectors, wishes)}.text("/error/message").find("dimensions") !=
          std::string::npos);
}

TEST_CASE("a batch that is too large for text-embeddings-inference says how many fit")
{
    std::string inputs = R"("x")";
    for (int i = 0; i < 32; ++i) inputs += R"(,"x")";
    const auto made = ask("tei", vectors, R"({"model":"m","input":[)" + inputs + "]}");
    CHECK(made.answer.status == 422);
    CHECK(json_body{made}.text("/message").ends_with("maximum allowed batch size 32."));
}

TEST_CASE("members, headers and ids are those of the family")
{
    const std::string body = R"({"model":"m","input":"x"})";
    const auto vllm = ask("vllm", vectors, body);
    CHECK(json_body{vllm}.text("/prompt_logprobs") == "(null)");
    CHECK(simulator::find_header(vllm.answer.headers, "x-request-id").empty());
    CHECK(simulator::find_header(ask("litellm", vectors, body).answer.headers, "x-litellm-call-id") ==
          "5f0c");
    CHECK(json_body{ask("llama_cpp", vectors, body)}.number("/timings/prompt_n") == 5);
    CHECK(simulator::find_header(ask("llama_cpp", vectors, body).answer.headers, "content-type") ==
          "application/json; charset=utf-8");
    const json_body sparse{ask("sparse", vectors, body)};
    CHECK(sparse.is_json());
    CHECK(sparse.at("/usage") == nullptr);
    CHECK(sparse.at("/data/0/index") == nullptr);
}

TEST_CASE("a body that a rule gives is sent as it is, whatever the profile")
{
    simulator::service service{{.profile = "tei"}};
    service.faults().set(simulator::read_faults(R"([{"then":{"status":400,"body":{"error":"as it is"}}}])"));
    CHECK(post(service, vectors, R"({"model":"m","input":"x"})").answer.body == R"({"error":"as it is"})");
}

TEST_CASE("a profile that is not known is refused with those that are")
{
    CHECK_THROWS_AS(simulator::find_profile("ollama"), std::invalid_argument);
    CHECK_THROWS_WITH(
        simulator::find_profile("ollama"),
        "no profile is named 'ollama'; there are azure, azure_v1, openai, vllm, llama_cpp, tei, "
        "litellm, sparse");
}
