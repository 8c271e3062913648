#include "worker/service_answer.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace std::chrono_literals;
using pipeline::errc;
using worker::failure_of;
using worker::http_answer;

namespace {

constexpr std::chrono::sys_seconds now{784111777s};

pipeline::failure failure_of_body(int status, std::string body)
{
    return failure_of({.status = status, .headers = {}, .body = pipeline::shared_bytes::copy_of(body)}, now);
}

struct expectation {
    std::string what;
    int status;
    std::string body;
    errc reason;
    std::string code;
};

void check_all(const std::vector<expectation>& expectations)
{
    for (const auto& each : expectations) {
        CAPTURE(each.what);
        const auto why = failure_of_body(each.status, each.body);
        CHECK(static_cast<int>(why.reason()) == static_cast<int>(each.reason));
        CHECK(why.code() == each.code);
        CHECK(why.status() == each.status);
    }
}

}  // namespace

TEST_CASE("a status alone decides where nothing else is known")
{
    std::vector<expectation> expectations;
    const auto expect = [&](errc reason, std::vector<int> statuses) {
        for (const int status : statuses)
            expectations.push_back(
                {std::to_string(status), status, "", reason, "http_" + std::to_string(status)});
    };
    expect(errc::transient, {101, 201, 204, 299, 409, 424, 425, 499, 500, 502, 503, 520, 529, 599, 999});
    expect(errc::timed_out, {408, 504});
    expect(errc::route_stopped, {501});
    expect(errc::deployment_stopped,
           {300, 301, 302, 307, 308, 401, 402, 403, 404, 405, 407, 410, 414, 421, 426, 431});
    expect(errc::throttled, {429});
    expect(errc::too_large, {413});
    expect(errc::refused, {400, 406, 415, 418, 422, 451});
    check_all(expectations);
}

TEST_CASE("what is wrong with one of the inputs is refused")
{
    check_all({
        {"bad input, code null", 400,
         R"({"error":{"message":"'$.input' is invalid","type":"invalid_request_error","param":null,"code":null}})",
         errc::refused, "invalid_request_error"},
        {"FastAPI", 422, R"({"detail":[{"loc":["body","input"],"msg":"field required","type":"missing"}]})",
         errc::refused, "http_422"},
        {"TEI, tokenizer", 422, R"({"message":"tokenizer error","code":422,"type":"Tokenizer"})",
         errc::refused, "Tokenizer"},
        {"TEI, native", 422, R"({"error":"`inputs` cannot be empty","error_type":"validation"})",
         errc::refused, "validation"},
        {"vLLM", 400,
         R"({"object":"error","message":"bad","type":"BadRequestError","param":null,"code":400})",
         errc::refused, "BadRequestError"},
    });
}

TEST_CASE(
    "a text that is too long is told from every other refusal, by its code or by the words of the service")
{
    check_all({
        {"context too long, chat", 400,
         R"({"error":{"message":"This model's maximum context length is 8192 tokens. However, ...",)"
         R"("type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}})",
         errc::too_long, "context_length_exceeded"},
        {"context too long, embeddings: no code", 400,
         R"({"error":{"message":"This model's maximum context length is 8192 tokens, however you requested )"
         R"(10000 tokens","type":"invalid_request_error","param":null,"code":null}})",
         errc::too_long, "context_length_exceeded"},
        {"input too long, llama.cpp: embeddings", 500,
         R"({"error":{"code":500,"message":"input (602 tokens) is too large to process. increase the physical )"
         R"(batch size","type":"server_error"}})",
         errc::too_long, "context_length_exceeded"},
        {"context too long, llama.cpp: chat", 400,
         R"({"error":{"code":400,"message":"request (15022 tokens) exceeds the available context size (1024 )"
         R"(tokens), try increasing it","type":"exceed_context_size_error","n_ctx":1024}})",
         errc::too_long, "exceed_context_size_error"},
        {"context too long, OpenAI: only the limit", 400,
         R"({"error":{"message":"Invalid 'input': maximum context length is 8192 tokens.",)"
         R"("type":"invalid_request_error","param":null,"code":null}})",
         errc::too_long, "context_length_exceeded"},
        {"TEI", 413,
         R"({"message":"Input validation error: `inputs` must have less than 512 tokens. Given: 516",)"
         R"("code":413,"type":"Validation"})",
         errc::too_long, "context_length_exceeded"},
        {"a quota of tokens is another matter", 429,
         R"({"error":{"message":"slow down","type":"tokens","code":"rate_limit_exceeded"}})", errc::throttled,
         "rate_limit_exceeded"},
    });
    const auto counted = failure_of_body(
        400,
        R"({"error":{"message":"This model's maximum context length is 8192 tokens. However, your messages )"
        R"(resulted in 10383 tokens.","code":"context_length_exceeded"}})");
    CHECK(counted.counts() == pipeline::token_counts{8192, 10383});
    CHECK_FALSE(failure_of_body(400, "{}").counts());
}

TEST_CASE("the content filter is told from every other refusal, in each of its spellings")
{
    check_all({
        {"as on the wire", 400,
         R"({"error":{"message":"filtered","type":null,"param":"prompt","code":"content_filter","status":400,)"
         R"("innererror":{"code":"ResponsibleAIPolicyViolation","content_filter_result":{}}}})",
         errc::filtered, "content_filter"},
        {"as specified", 400,
         R"({"error":{"code":"x","message":"m","inner_error":{"code":"ResponsibleAIPolicyViolation"}}})",
         errc::filtered, "content_filter"},
        {"only the code", 400, R"({"error":{"code":"content_filter","message":"m"}})", errc::filtered,
         "content_filter"},
        {"only the inner code", 400, R"({"error":{"innererror":{"code":"ResponsibleAIPolicyViolation"}}})",
         errc::filtered, "content_filter"},
        {"as OpenAI has it", 400, R"({"error":{"code":"content_policy_violation","message":"m"}})",
         errc::filtered, "content_filter"},
    });
}

TEST_CASE("what is over a limit of the service is too large, not refused")
{
    check_all({
        {"too many inputs", 400,
         R"({"error":{"message":"Too many inputs. The max number of inputs is 16.  We hope ...",)"
         R"("type":"invalid_request_error","param":null,"code":null}})",
         errc::too_large, "too_many_inputs"},
        {"TEI", 422,
         R"({"message":"batch size 64 > maximum allowed batch size 32","code":422,"type":"Validation"})",
         errc::too_large, "too_many_inputs"},
        {"TEI, as it documents it", 413, R"({"error":"batch size 64 > maximum allowed batch size 32"})",
         errc::too_large, "too_many_inputs"},
        {"sum of tokens", 400,
         R"({"error":{"message":"Requested 346134 tokens, max 300000 tokens per request",)"
         R"("type":"max_tokens_per_request","param":null,"code":"max_tokens_per_request"}})",
         errc::too_large, "max_tokens_per_request"},
        {"a proxy's page", 413, "<html><head><title>413 Request Entity Too Large</title></head></html>",
         errc::too_large, "http_413"},
    });
    const std::string sixteen = R"({"error":{"message":"The max number of inputs is 16."}})";
    CHECK(failure_of_body(400, sixteen).max_inputs() == 16);
    CHECK(
        failure_of_body(422, R"({"message":"batch size 64 > maximum allowed batch size 32"})").max_inputs() ==
        32);
    CHECK_FALSE(
        failure_of_body(400, R"({"error":{"message":"The max number of inputs is many."}})").max_inputs());
    CHECK_FALSE(
        failure_of_body(400, R"({"error":{"message":"The max number of inputs is 0."}})").max_inputs());
    CHECK_FALSE(failure_of_body(500, sixteen).max_inputs());
}

TEST_CASE("the kinds of 429 are told apart: quota, and money")
{
    check_all({
        {"Azure, classic", 429,
         R"({"error":{"code":"429","message":"Requests to the Embeddings_Create Operation under Azure OpenAI API )"
         R"(have exceeded call rate limit. Please retry after 2 seconds."}})",
         errc::throttled, "http_429"},
        {"Azure, newer", 429, R"({"error":{"code":"RateLimitReached","message":"..."}})", errc::throttled,
         "RateLimitReached"},
        {"OpenAI", 429,
         R"({"error":{"message":"...","type":"tokens","param":null,"code":"rate_limit_exceeded"}})",
         errc::throttled, "rate_limit_exceeded"},
        {"OpenAI, ramp", 429, R"({"error":{"type":"rate_limit_error","code":"slow_down"}})", errc::throttled,
         "slow_down"},
        {"API Management", 429,
         R"({"statusCode":429,"message":"Rate limit is exceeded. Try again in 30 seconds."})",
         errc::throttled, "http_429"},
        {"TEI", 429, R"({"message":"Model is overloaded","code":429,"type":"Overloaded"})", errc::throttled,
         "Overloaded"},
        {"LiteLLM", 429, R"({"error":{"message":"m","type":"None","param":"None","code":"429"}})",
         errc::throttled, "None"},
        {"HTML", 429, "<html><body>slow down</body></html>", errc::throttled, "http_429"},
        {"no money, by type", 429, R"({"error":{"message":"m","type":"insufficient_quota","code":null}})",
         errc::deployment_stopped, "insufficient_quota"},
        {"no money, by code", 429,
         R"({"error":{"type":"insufficient_quota","code":"credit_balance_exhausted"}})",
         errc::deployment_stopped, "credit_balance_exhausted"},
        {"Fabric", 429, R"({"error":{"code":"CapacityLimitExceeded","message":"m"}})",
         errc::deployment_stopped, "CapacityLimitExceeded"},
    });
}

TEST_CASE("what the operator must mend stops the deployment, or the route, and says where to look")
{
    struct mending {
        int status;
        std::string body;
        errc reason;
        std::string code;
        std::string says;
    };
    const std::vector<mending> mendings{
        {401, R"({"error":{"code":"401","message":"Access denied due to invalid subscription key"}})",
         errc::deployment_stopped, "http_401", "check auth"},
        {401, R"({"error":{"code":"PermissionDenied","message":"Principal does not have access"}})",
         errc::deployment_stopped, "PermissionDenied", "check auth"},
        {401, R"({"statusCode":401,"message":"Unauthorized. Access token is missing"})",
         errc::deployment_stopped, "http_401", "Access token is missing; check auth"},
        {403, R"({"error":{"code":"403","message":"Access denied due to Virtual Network/Firewall rules."}})",
         errc::deployment_stopped, "http_403", "network"},
        {404, R"({"error":{"code":"DeploymentNotFound","message":"The API deployment does not exist."}})",
         errc::deployment_stopped, "DeploymentNotFound", "check deployment"},
        {404,
         R"({"error":{"message":"m","type":"invalid_request_error","param":null,"code":"model_not_found"}})",
         errc::deployment_stopped, "model_not_found", "check deployment"},
        {404, R"({"error":{"code":"404","message":"Resource not found"}})", errc::deployment_stopped,
         "http_404", "api_version"},
        {431, "", errc::deployment_stopped, "http_431", "headers"},
        {429, R"({"error":{"type":"insufficient_quota"}})", errc::deployment_stopped, "insufficient_quota",
         "spending limit"},
        {400,
         R"({"error":{"code":"OperationNotSupported","message":"The completion operation does not work"}})",
         errc::route_stopped, "OperationNotSupported", "operation"},
    };
    for (const auto& each : mendings) {
        CAPTURE(each.body);
        const auto why = failure_of_body(each.status, each.body);
        CHECK(static_cast<int>(why.reason()) == static_cast<int>(each.reason));
        CHECK(why.code() == each.code);
        CHECK(why.detail().find(each.says) != std::string::npos);
    }
}

TEST_CASE("what a service says while it fails does not turn the failure into another one")
{
    check_all({
        {"500", 500, R"({"error":{"message":"Sorry","type":"server_error","param":null,"code":null}})",
         errc::transient, "server_error"},
        {"503", 503, R"({"error":{"type":"service_unavailable_error","code":"server_is_overloaded"}})",
         errc::transient, "server_is_overloaded"},
        {"424", 424, R"({"message":"m","code":424,"type":"Backend"})", errc::transient, "Backend"},
        {"502 that speaks of money", 502, R"({"error":{"code":"insufficient_quota"}})", errc::transient,
         "insufficient_quota"},
        {"408", 408, R"({"error":{"code":"Timeout","message":"The operation was timeout."}})",
         errc::timed_out, "Timeout"},
    });
}

TEST_CASE("a redirect is not followed, and its host is named without what else stands in the address")
{
    http_answer answer{.status = 302, .headers = {}, .body = {}};
    answer.headers.add("Location", "https://user:pass@login.example.net:8443/where?token=secret");
    const auto why = failure_of(answer, now);
    CHECK(static_cast<int>(why.reason()) == static_cast<int>(errc::deployment_stopped));
    CHECK(why.detail().find("login.example.net:8443") != std::string::npos);
    CHECK(why.detail().find("pass") == std::string::npos);
    CHECK(why.detail().find("secret") == std::string::npos);
    CHECK(why.detail().find("set endpoint") != std::string::npos);

    const auto relative =
        failure_of({.status = 308, .headers = {}, .body = pipeline::shared_bytes::copy_of("moved")}, now);
    CHECK(relative.detail().find("same host") != std::string::npos);
}

TEST_CASE("the wait and the request id come from the headers, and x-should-retry is ignored")
{
    http_answer answer{.status = 503, .headers = {}, .body = pipeline::shared_bytes::copy_of("busy")};
    answer.headers.add("Retry-After-Ms", "1500");
    answer.headers.add("x-should-retry", "false");
    answer.headers.add("x-request-id", "openai-id");
    auto why = failure_of(answer, now);
    CHECK(static_cast<int>(why.reason()) == static_cast<int>(errc::transient));
    CHECK(why.retry_after() == 1500ms);
    CHECK(why.request_id() == "openai-id");

    answer.headers.add("apim-request-id", "azure-id");
    CHECK(failure_of(answer, now).request_id() == "azure-id");
}

TEST_CASE("a detail quotes the service on one line, and a code is one word")
{
    CHECK(
        failure_of_body(500, R"({"error":{"message":"first\n\tsecond\u0000third\u0085fourth"}})").detail() ==
        "the service answered 500: first second third fourth");
    CHECK(failure_of_body(502, "<html>\r\n<title>502 Bad\r\nGateway</title><body>long</body>").detail() ==
          "the service answered 502: 502 Bad Gateway");
    CHECK(failure_of_body(503, "").detail() == "the service answered 503");
    CHECK(failure_of_body(400, "\xFF\xFE broken \xC3").detail() == "the service answered 400: broken");
    CHECK(failure_of_body(400, R"({"error":{"code":"odd word/\n\u00e9"}})").code() == "odd_word____");
    CHECK(failure_of_body(400, R"({"error":{"code":")" + std::string(500, 'x') + R"("}})").code() ==
          std::string(64, 'x'));

    const auto longest = failure_of_body(500, R"({"error":{"message":")" + std::string(5000, 'y') + R"("}})");
    CHECK(longest.detail() == "the service answered 500: " + std::string(300, 'y') + "…");
}

TEST_CASE("bodies that are no error body are classified by their status alone")
{
    const std::vector<std::string> bodies{"",
                                          "null",
                                          "[]",
                                          "[{\"error\":{\"code\":\"content_filter\"}}]",
                                          "\"content_filter\"",
                                          "{",
                                          "{}",
                                          R"({"error":null})",
                                          R"({"error":[]})",
                                          R"({"error":{}})",
                                          R"({"error":{"code":{},"message":7}})",
                                          R"({"detail":[]})",
                                          R"({"detail":[7]})",
                                          R"({"detail":{"msg":"m"}})",
                                          std::string(60'000, '['),
                                          std::string("\0\0\0", 3),
                                          std::string(1'000'000, ' ')};
    for (const auto& each : bodies) {
        CAPTURE(each.substr(0, 60));
        const auto why = failure_of_body(400, each);
        CHECK(static_cast<int>(why.reason()) == static_cast<int>(errc::refused));
        CHECK(why.code() == "http_400");
        CHECK(why.detail().size() < 400);
    }
}
