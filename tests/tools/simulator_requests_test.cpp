#include <doctest/doctest.h>

#include <string>

#include "tests/tools/simulator_service_fixture.hpp"

using tests::json_body;
using tests::post;

namespace {

struct refusal {
    int status;
    std::string code;
    std::string message;
};

refusal refused(std::string_view target, std::string_view body, const simulator::options& settings = {},
                const simulator::header_list& headers = {})
{
    simulator::service service{settings};
    const auto made = post(service, target, body, headers);
    const json_body json{made};
    return {.status = made.answer.status,
            .code = json.text("/error/code"),
            .message = json.text("/error/message")};
}

std::string strings(std::size_t count, std::string_view text = "x")
{
    std::string list;
    for (std::size_t at = 0; at < count; ++at) list += (at == 0 ? "\"" : ",\"") + std::string{text} + "\"";
    return "[" + list + "]";
}

}  // namespace

TEST_CASE("a body that is no JSON object is refused")
{
    for (const std::string body :
         {"", "{", "[]", "null", R"({"input":"x"} trailing)", "{\"input\":\"\xFF\"}"}) {
        CAPTURE(body);
        CHECK(refused(tests::classic_embeddings, body).status == 400);
    }
    CHECK(refused(tests::classic_embeddings, std::string(100'000, '[')).status == 400);
    CHECK(refused(tests::classic_embeddings, std::string{R"({"input":"x"})"} + '\0' + "more").status == 400);
}

TEST_CASE("embeddings inputs must be texts or token ids, and none empty")
{
    for (const std::string input : {"\"\"", "[]", "null", "7", "[\"a\",\"\"]", "[\"a\",null]", "[\"a\",7]",
                                    "[[]]", "{}", "[-1]", "[1.5]"}) {
        CAPTURE(input);
        CHECK(refused(tests::classic_embeddings, "{\"input\":" + input + "}").status == 400);
    }
    for (const std::string input : {"\"a\"", "[\"a\"]", "[1,2,3]", "[[1,2],[3]]"}) {
        CAPTURE(input);
        CHECK(refused(tests::classic_embeddings, "{\"input\":" + input + "}").status == 200);
    }
}

TEST_CASE("too many inputs are refused with their number")
{
    const auto body = "{\"input\":" + strings(5) + "}";
    const auto why = refused(tests::classic_embeddings, body, {.max_inputs = 4});
    CHECK(why.status == 400);
    CHECK(why.message == "Too many inputs. The max number of inputs is 4.");
    CHECK(why.code == "(null)");
    CHECK(refused(tests::classic_embeddings, body, {.max_inputs = 5}).status == 200);
}

TEST_CASE("an input that is too long is refused without a code")
{
    std::string longest;
    for (int token = 0; token < 8191; ++token) longest += "ab ";
    CHECK(refused(tests::classic_embeddings, "{\"input\":\"" + longest + "\"}").status == 400);
    longest.resize(3 * 8191 - 1);
    CHECK(refused(tests::classic_embeddings, "{\"input\":\"" + longest + "\"}").status == 200);

    const auto why = refused(tests::classic_embeddings, "{\"input\":\"" + longest + " ab\"}");
    CHECK(why.code == "(null)");
    CHECK(why.message.find("maximum context length is 8192 tokens, however you requested 8192") !=
          std::string::npos);
}

TEST_CASE("more than 300,000 tokens in one request are refused with a code")
{
    const std::string thousand(4000, 'a');
    const auto why = refused(tests::classic_embeddings, "{\"input\":" + strings(301, thousand) + "}");
    CHECK(why.status == 400);
    CHECK(why.code == "max_tokens_per_request");
    CHECK(why.message == "Requested 301000 tokens, max 300000 tokens per request");
    CHECK(refused(tests::classic_embeddings, "{\"input\":" + strings(300, thousand) + "}").status == 200);
}

TEST_CASE("dimensions beyond the model's are refused")
{
    const auto ask = [](const std::string& model, const std::string& dimensions) {
        return refused("/v1/embeddings",
                       "{\"input\":\"x\",\"model\":\"" + model + "\",\"dimensions\":" + dimensions + "}")
            .status;
    };
    CHECK(ask("text-embedding-3-small", "1536") == 200);
    CHECK(ask("text-embedding-3-small", "1537") == 400);
    CHECK(ask("text-embedding-3-large", "3072") == 200);
    CHECK(ask("text-embedding-3-large", "3073") == 400);
    CHECK(ask("text-embedding-ada-002", "1536") == 400);
    CHECK(ask("text-embedding-3-small", "0") == 400);
    CHECK(ask("text-embedding-3-small", "\"8\"") == 400);
    CHECK(ask("text-embedding-3-small", "8.5") == 400);
}

TEST_CASE("chat messages are checked one by one")
{
    const auto ask = [](const std::string& messages) {
        return refused(tests::classic_chat, "{\"messages\":" + messages + "}");
    };
    CHECK(ask(R"([{"role":"user","content":"hi"}])").status == 200);
    CHECK(ask(R"([{"role":"user","content":[{"type":"text","text":"hi"}]}])").status == 200);
    CHECK(ask(R"([{"role":"assistant","content":null,"tool_calls":[]},{"role":"user","content":"x"}])")
              .status == 200);
    CHECK(ask("[]").code == "empty_array");
    CHECK(ask("\"hi\"").code == "invalid_type");
    CHECK(ask(R"([{"role":"pilot","content":"hi"}])").code == "invalid_value");
    CHECK(ask(R"([{"content":"hi"}])").code == "missing_required_parameter");
    CHECK(ask(R"([{"role":"user"}])").code == "missing_required_parameter");
    CHECK(ask(R"([{"role":"tool","content":"4"}])").code == "missing_required_parameter");
    CHECK(ask(R"([{"role":"user","content":[{"type":"smell"}]}])").code == "invalid_value");
    CHECK(refused(tests::classic_chat, "{}").message.find("'messages' is missing") != std::string::npos);
}

TEST_CASE("parameters out of their range, or not known, are refused by name")
{
    const auto chat = [](const std::string& member) {
        return refused(tests::classic_chat,
                       R"({"messages":[{"role":"user","content":"json"}],)" + member + "}");
    };
    CHECK(chat(R"("n":129)").code == "integer_above_max_value");
    CHECK(chat(R"("n":0)").code == "integer_below_min_value");
    CHECK(chat(R"("temperature":2.5)").code == "decimal_above_max_value");
    CHECK(chat(R"("max_tokens":5,"max_completion_tokens":5)").status == 400);
    CHECK(chat(R"("stream":true)").code == "unsupported_value");
    CHECK(chat(R"("temprature":1)").message == "Invalid request: 'temprature' is not known here.");
    CHECK(chat(R"("user":null,"response_format":{"type":"json_object"},"stop":["a","b"])").status == 200);
    CHECK(chat(R"("stop":["a","b","c","d","e"])").status == 400);

    const auto complete = [](const std::string& member) {
        return refused(tests::classic_completions, R"({"prompt":"x",)" + member + "}");
    };
    CHECK(complete(R"("n":3,"best_of":2)").status == 400);
    CHECK(complete(R"("n":2,"best_of":3)").status == 200);
    CHECK(complete(R"("logprobs":6)").status == 400);
}

TEST_CASE("a deployment that is not listed does not exist")
{
    const simulator::options settings{.deployments = {{.name = "vectors", .model = "text-embedding-3-small"},
                                                      {.name = "talk", .model = "gpt-4o"}}};
    CHECK(refused(tests::classic_embeddings, R"({"input":"x"})", settings).status == 200);
    CHECK(refused(tests::classic_completions, R"({"prompt":"x"})", settings).code == "DeploymentNotFound");
    const auto v1 = refused("/openai/v1/embeddings", R"({"input":"x","model":"other"})", settings);
    CHECK(v1.status == 404);
    CHECK(v1.code == "DeploymentNotFound");
    CHECK(refused("/v1/embeddings", R"({"input":"x","model":"other"})", settings).code == "model_not_found");
    CHECK(refused("/v1/embeddings", R"({"input":"x"})", settings).code == "missing_required_parameter");

    const auto wrong_operation = refused("/v1/embeddings", R"({"input":"x","model":"talk"})", settings);
    CHECK(wrong_operation.status == 400);
    CHECK(wrong_operation.code == "OperationNotSupported");
}

TEST_CASE("each form wants the key in its own header")
{
    const simulator::options settings{.api_key = "k"};
    const auto status = [&](std::string_view target, std::string name, std::string value) {
        return refused(target, R"({"input":"x","model":"m"})", settings,
                       {{std::move(name), std::move(value)}})
            .status;
    };
    CHECK(status(tests::classic_embeddings, "api-key", "k") == 200);
    CHECK(status(tests::classic_embeddings, "api-key", "other") == 401);
    CHECK(status(tests::classic_embeddings, "authorization", "Bearer k") == 401);
    CHECK(status("/openai/v1/embeddings", "api-key", "k") == 200);
    CHECK(status("/openai/v1/embeddings", "authorization", "Bearer k") == 200);
    CHECK(status("/openai/v1/embeddings", "authorization", "k") == 401);
    CHECK(status("/v1/embeddings", "authorization", "Bearer k") == 200);
    CHECK(status("/v1/embeddings", "api-key", "k") == 401);

    CHECK(refused(tests::classic_embeddings, "{}", settings, {{"api-key", "x"}}).code == "401");
    CHECK(refused("/v1/embeddings", "{}", settings, {{"authorization", "Bearer x"}}).code ==
          "invalid_api_key");
    simulator::service service{settings};
    const auto without = post(service, tests::classic_embeddings, "{}");
    CHECK(json_body{without}.number("/statusCode") == 401);
}
