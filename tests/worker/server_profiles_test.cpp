// What the worker makes of the families of servers that speak the same API, each as the simulator plays it.
// The table in docs/servers.md names these cases.
#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <string>

#include "tests/support/config_loading.hpp"
#include "tests/support/json_file.hpp"
#include "tests/support/served_flow.hpp"
#include "tools/simulator/embedding.hpp"

using config::api_form;
using config::operation;
using pipeline::ending;
using pipeline::errc;

namespace tests {
namespace {

constexpr int records = 12;
constexpr std::size_t dimensions = 1536;

served_flow in_front_of(const char* profile, operation asks, api_form api = api_form::openai)
{
    return served_flow{{.profile = profile}, api, asks};
}

pipeline::shape shape_of(operation asks, std::string parameters = "{}")
{
    pipeline::shape form;
    form.asks = asks;
    form.parameters = std::move(parameters);
    return form;
}

std::string header(const pipeline::outcome& from, const std::string& name)
{
    return header_of(from.messages.front(), name);
}

/// The vector, the text, or the message that a result holds is what the simulator makes of one of the texts.
void check_answer(operation asks, const rapidjson::Value& result)
{
    if (asks == operation::embeddings) {
        CHECK(result["vector"].Size() == dimensions);
        return;
    }
    const auto& said = asks == operation::chat ? result["message"]["content"] : result["text"];
    CHECK(std::string{said.GetString()}.find("text ") != std::string::npos);
}

/// All of a family's operations are answered, every record once.
void check_operations(const char* profile, std::initializer_list<operation> offered, api_form api,
                      bool has_ids)
{
    for (const auto asks : offered) {
        CAPTURE(static_cast<int>(asks));
        auto flow = in_front_of(profile, asks, api);
        if (asks == operation::completions) flow.route.parameters = R"({"max_tokens":60})";
        flow.put_texts(records);
        flow.run();
        REQUIRE(flow.count(ending::result) == records);
        for (const auto& each : flow.outcomes()) {
            const auto result = parse_json(*each.messages.front().value);
            check_answer(asks, result);
            CHECK(result.HasMember("request_id") == has_ids);
        }
        const auto account = flow.service().account().totals();
        CHECK(account.max_bought_per_input == 1);
        CHECK(account.bought_inputs == records);
    }
}

/// An operation that the family does not have stops the deployment: no record is to blame.
void check_missing(const char* profile, operation asks, api_form api = api_form::openai)
{
    auto flow = in_front_of(profile, asks, api);
    const auto form = shape_of(asks);
    const auto reply =
        flow.call(form, {asks == operation::chat ? R"([{"role":"user","content":"x"}])" : R"("x")"});
    REQUIRE_FALSE(reply.has_value());
    CHECK(reply.error().reason() == errc::deployment_stopped);
    CHECK(reply.error().status() == 404);
}

/// One text that is refused becomes a dead letter with a code and the server's own words, and its neighbours
/// are answered; a server that is busy or fails is asked again.
void check_errors(const char* profile, const std::string& code_of_refusal)
{
    auto flow = in_front_of(profile, operation::embeddings);
    flow.service().set_faults(R"([
        {"when":{"first":1},"then":{"status":429,"headers":{"retry-after-ms":"1"}}},
        {"when":{"input_contains":"POISON"},"then":{"status":400}}])");
    flow.put_texts(records);
    flow.put(R"({"text":"POISON"})");
    flow.run();
    CHECK(flow.count(ending::result) == records);
    REQUIRE(flow.count(ending::rejected) == 1);
    const auto& letter = *std::find_if(flow.outcomes().begin(), flow.outcomes().end(),
                                       [](const auto& each) { return each.how == ending::rejected; });
    CHECK(header(letter, "batchmill-code") == code_of_refusal);
    CHECK(header(letter, "batchmill-status") == "400");
    CHECK(header(letter, "batchmill-reason").find("The request is invalid.") != std::string::npos);
    CHECK(flow.service().account().totals().refused.at(429) == 1);
}

/// Why vectors of eight dimensions cannot be had; nothing where they can.
std::optional<pipeline::failure> refusal_of_dimensions(const char* profile)
{
    auto flow = in_front_of(profile, operation::embeddings);
    auto form = shape_of(operation::embeddings, R"({"dimensions":8})");
    form.dimensions = 8;
    const auto reply = flow.call(form, {R"("x")"});
    return reply ? std::nullopt : std::optional{reply.error()};
}

}  // namespace

TEST_CASE("Azure's classic form answers all operations")
{
    check_operations("azure",
                     {operation::embeddings, operation::completions, operation::chat, operation::responses},
                     api_form::azure, true);
    check_missing("azure", operation::embeddings, api_form::openai);
}

TEST_CASE("Azure's v1 form answers all operations but completions")
{
    check_operations("azure_v1", {operation::embeddings, operation::chat, operation::responses},
                     api_form::azure_v1, true);
    check_missing("azure_v1", operation::completions, api_form::azure_v1);
}

TEST_CASE("OpenAI answers all operations")
{
    check_operations("openai",
                     {operation::embeddings, operation::completions, operation::chat, operation::responses},
                     api_form::openai, true);
    check_errors("openai", "invalid_request_error");
    CHECK_FALSE(refusal_of_dimensions("openai"));
}

TEST_CASE("vLLM answers all operations, with members of its own and without ids")
{
    check_operations("vllm",
                     {operation::embeddings, operation::completions, operation::chat, operation::responses},
                     api_form::openai, false);
}

TEST_CASE("vLLM's errors have a number as their code, and it refuses dimensions")
{
    check_errors("vllm", "BadRequestError");
    const auto refused = refusal_of_dimensions("vllm");
    REQUIRE(refused);
    CHECK(refused->reason() == errc::refused);
    CHECK(refused->detail().find("dimensions") != std::string::npos);
}

TEST_CASE("llama.cpp answers all operations, embeddings with numbers")
{
    check_operations("llama_cpp",
                     {operation::embeddings, operation::completions, operation::chat, operation::responses},
                     api_form::openai, false);
}

TEST_CASE("llama.cpp's errors have a number as their code, and vectors of another length are refused")
{
    check_errors("llama_cpp", "BadRequestError");
    CHECK(refusal_of_dimensions("llama_cpp")->code() == "wrong_dimensions");
}

TEST_CASE("text-embeddings-inference answers embeddings and nothing else")
{
    check_operations("tei", {operation::embeddings}, api_form::openai, false);
    check_missing("tei", operation::completions);
    check_missing("tei", operation::chat);
    check_missing("tei", operation::responses);
    CHECK_FALSE(refusal_of_dimensions("tei"));
}

TEST_CASE("text-embeddings-inference's errors have no object around them, and its largest batch is learnt")
{
    check_errors("tei", "Validation");
    served_flow flow{
        {.profile = "tei", .latency = std::chrono::milliseconds{5}}, api_form::openai, operation::embeddings};
    flow.deployment.max_concurrency = 1;
    flow.put_texts(200);
    flow.run();
    CHECK(flow.count(ending::result) == 200);
    CHECK(flow.service().account().totals().refused.at(422) == 1);
}

TEST_CASE("text-embeddings-inference whose back end fails is asked again")
{
    auto flow = in_front_of("tei", operation::embeddings);
    flow.service().set_faults(R"([{"when":{"first":1},"then":{"status":424}}])");
    flow.put_texts(1);
    flow.run();
    CHECK(flow.count(ending::result) == 1);
}

TEST_CASE("LiteLLM answers all operations, embeddings with numbers because it refuses base64")
{
    check_operations("litellm",
                     {operation::embeddings, operation::completions, operation::chat, operation::responses},
                     api_form::openai, false);
}

TEST_CASE("LiteLLM's errors have the status as their code, and it refuses dimensions")
{
    check_errors("litellm", "http_400");
    CHECK(refusal_of_dimensions("litellm")->reason() == errc::refused);
}

TEST_CASE("a text that is too long is truncated by the numbers in the words of each family")
{
    for (const char* name : {"azure_v1", "openai", "vllm", "llama_cpp", "tei", "litellm", "sparse"}) {
        CAPTURE(std::string{name});
        const bool is_azure = std::string_view{name} == "azure_v1";
        auto flow =
            in_front_of(name, operation::embeddings, is_azure ? api_form::azure_v1 : api_form::openai);
        flow.route.long_inputs = config::long_input_rule::truncate;
        flow.put_texts(records);
        std::string text;
        for (int i = 0; i < 10'000; ++i) text += "字";  // a token each
        flow.put(R"({"text":")" + text + R"("})");
        flow.run();
        CHECK(flow.count(ending::result) == records + 1);
        const auto cut = std::ranges::find_if(flow.outcomes(), [](const pipeline::outcome& each) {
            return !header(each, "batchmill-truncated").empty();
        });
        REQUIRE(cut != flow.outcomes().end());
        CHECK(std::stoi(header(*cut, "batchmill-truncated")) > 3 * 8'000);
        CHECK(flow.service().account().totals().max_bought_per_input == 1);
    }
}

TEST_CASE("base64 that is refused is asked for once")
{
    served_flow flow{{.profile = "litellm", .kept_requests = 100}, api_form::openai, operation::embeddings};
    flow.route.encoding = config::vector_encoding::float32;  // else numbers are asked for anyway
    flow.deployment.max_concurrency = 1;
    flow.deployment.max_inputs = 1;
    flow.put_texts(3);
    flow.run();
    CHECK(flow.count(ending::result) == 3);
    const auto requests = flow.service().requests();
    REQUIRE(requests.size() == 4);
    CHECK(requests.front().body.find("base64") != std::string::npos);
    for (std::size_t i = 1; i < requests.size(); ++i)
        CHECK(requests[i].body.find("encoding_format") == std::string::npos);
}

TEST_CASE("a server that leaves out index, usage and ids answers all operations")
{
    check_operations("sparse",
                     {operation::embeddings, operation::completions, operation::chat, operation::responses},
                     api_form::openai, false);
    auto flow = in_front_of("sparse", operation::embeddings);
    const auto form = shape_of(operation::embeddings);
    const auto reply = flow.call(form, {R"("x")", R"("y")"});
    REQUIRE(reply.has_value());
    CHECK(reply->used == pipeline::usage{});
    std::vector<float> second(dimensions);
    simulator::embed("y", second);
    CHECK(std::get<pipeline::embedding>(reply->answers.at(1)).values() == second);
}

TEST_CASE("every case that docs/servers.md names is there")
{
    const auto page = read_text(SOURCE_ROOT "/docs/servers.md");
    const auto source = read_text(SOURCE_ROOT "/tests/worker/server_profiles_test.cpp");
    // The first table has one family a line, and its case in the last cell.
    const auto begin = page.find("| Azure OpenAI, classic");
    const auto table = page.substr(begin, page.find("\n\n", begin) - begin);
    std::size_t families = 0;
    for (std::size_t at = 0; at < table.size(); ++families) {
        const auto end_of_line = std::min(table.find('\n', at), table.size());
        const auto line = table.substr(at, end_of_line - at);
        const auto cell = line.rfind("| ", line.size() - 3) + 2;
        const auto name = line.substr(cell, std::min(line.find(';', cell), line.size() - 2) - cell);
        CHECK_MESSAGE(source.find("TEST_CASE(\"" + name + "\")") != std::string::npos, name);
        at = end_of_line + 1;
    }
    CHECK(families == 7);
}

}  // namespace tests
