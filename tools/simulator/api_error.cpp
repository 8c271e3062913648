#include "tools/simulator/api_error.hpp"

#include <optional>

#include "tools/simulator/json_text.hpp"

namespace simulator {
namespace {

void append_member(std::string& out, std::string_view name, std::string_view value)
{
    append_quoted(out, name);
    out += ':';
    if (value.empty()) {
        out += "null";
    } else {
        append_quoted(out, value);
    }
}

http_answer json_answer(int status, std::string body)
{
    return {.status = status, .headers = {{"content-type", "application/json"}}, .body = std::move(body)};
}

http_answer throttled_by_openai(std::string message, quota_kind kind)
{
    return answer_of({.status = 429,
                      .message = std::move(message),
                      .code = "rate_limit_exceeded",
                      .param = {},
                      .type = kind == quota_kind::tokens ? "tokens" : "requests"});
}

std::string throttling_of_azure(const route& where, quota_kind kind)
{
    std::string message = "Requests to the ";
    message += operation_id(where.asks);
    message += " Operation under Azure OpenAI API version ";
    message += where.api_version.empty() ? std::string_view{"v1"} : where.api_version;
    message += " have exceeded ";
    message += kind == quota_kind::tokens ? "token" : "call";
    return message + " rate limit of your current OpenAI S0 pricing tier.";
}

http_answer throttled(const route& where)
{
    if (where.family == api_family::openai)
        return throttled_by_openai("Rate limit reached for requests. Please slow down.",
                                   quota_kind::requests);
    return gateway_answer(429, "429", throttling_of_azure(where, quota_kind::requests));
}

/// What Azure's gateway says in its own shape comes from OpenAI in the shape of all its errors.
std::optional<api_error> refusal_of_openai(int status)
{
    switch (status) {
        case 401:
            return api_error{.status = 401,
                             .message = "Incorrect API key provided.",
                             .code = "invalid_api_key",
                             .param = {}};
        case 403:
            return api_error{.status = 403,
                             .message = "Country, region, or territory not supported",
                             .code = "unsupported_country_region_territory",
                             .param = {},
                             .type = "request_forbidden"};
        case 408:
            return api_error{.status = 408,
                             .message = "Request timed out.",
                             .code = {},
                             .param = {},
                             .type = "server_error"};
        default: return std::nullopt;
    }
}

}  // namespace

http_answer answer_of(const api_error& error)
{
    std::string body = "{\"error\":{";
    append_member(body, "message", error.message);
    body += ',';
    append_member(body, "type", error.type);
    body += ',';
    append_member(body, "param", error.param);
    body += ',';
    append_member(body, "code", error.code);
    body += "}}";
    return json_answer(error.status, std::move(body));
}

http_answer gateway_answer(int status, std::string_view code, std::string_view message)
{
    std::string body = "{\"error\":{";
    append_member(body, "code", code);
    body += ',';
    append_member(body, "message", message);
    body += "}}";
    return json_answer(status, std::move(body));
}

http_answer resource_not_found(api_family family, std::string_view method, std::string_view target)
{
    if (family != api_family::openai) return gateway_answer(404, "404", "Resource not found");
    std::string message = "Invalid URL (";
    message.append(method).append(" ").append(target).append(")");
    return answer_of({.status = 404, .message = std::move(message), .code = {}, .param = {}});
}

http_answer method_not_allowed(api_family family, std::string_view method)
{
    if (family != api_family::openai) return gateway_answer(405, "405", "Method not allowed");
    std::string message = "Not allowed to ";
    message.append(method).append(" here.");
    return answer_of(
        {.status = 405, .message = std::move(message), .code = "method_not_supported", .param = {}});
}

http_answer deployment_not_found(api_family family, std::string_view name)
{
    constexpr std::string_view azure_text =
        "The API deployment for this resource does not exist. If you created the deployment within the "
        "last 5 minutes, please wait a moment and try again.";
    switch (family) {
        case api_family::azure: return gateway_answer(404, "DeploymentNotFound", azure_text);
        case api_family::azure_v1:
            return answer_of({.status = 404,
                              .message = std::string{azure_text},
                              .code = "DeploymentNotFound",
                              .param = {}});
        case api_family::openai: break;
    }
    std::string message = "The model `";
    message.append(name).append("` does not exist or you do not have access to it.");
    return answer_of({.status = 404, .message = std::move(message), .code = "model_not_found", .param = {}});
}

http_answer operation_not_supported(api_family family, operation asks, std::string_view model)
{
    std::string message = "The ";
    message += operation_id(asks);
    message += " operation does not work with the specified model, ";
    message.append(model).append(". Please choose a different model and try again.");
    if (family != api_family::openai) return gateway_answer(400, "OperationNotSupported", message);
    return answer_of({.message = std::move(message), .code = "OperationNotSupported", .param = "model"});
}

http_answer prompt_filtered(api_family family)
{
    if (family == api_family::openai) {
        return answer_of({.message = "The prompt was rejected by the content policy.",
                          .code = "content_filter",
                          .param = "prompt"});
    }
    return json_answer(400, R"({"error":{"message":"The response was filtered due to the prompt triggering )"
                            R"(the content management policy. Please modify your prompt and retry.",)"
                            R"("type":null,"param":"prompt","code":"content_filter","status":400,)"
                            R"("innererror":{"code":"ResponsibleAIPolicyViolation",)"
                            R"("content_filter_result":{"hate":{"filtered":false,"severity":"safe"},)"
                            R"("self_harm":{"filtered":false,"severity":"safe"},)"
                            R"("sexual":{"filtered":false,"severity":"safe"},)"
                            R"("violence":{"filtered":true,"severity":"medium"}}}}})");
}

http_answer quota_exceeded(const route& where, std::string_view model, const quota_refusal& refusal)
{
    const auto seconds = std::to_string(std::chrono::ceil<std::chrono::seconds>(refusal.wait).count());
    const auto milliseconds =
        std::to_string(std::chrono::ceil<std::chrono::milliseconds>(refusal.wait).count());
    http_answer answer;
    if (where.family == api_family::openai) {
        const bool is_tokens = refusal.kind == quota_kind::tokens;
        const bool is_too_large = is_tokens && refusal.requested > refusal.limit;
        std::string message = is_too_large ? "Request too large for " : "Rate limit reached for ";
        message.append(model).append(is_tokens ? " on tokens per min (TPM)" : " on requests per min (RPM)");
        message += ": Limit " + std::to_string(refusal.limit) + ", Used " + std::to_string(refusal.used) +
                   ", Requested " + std::to_string(refusal.requested) + ".";
        if (!is_too_large) message += " Please try again in " + milliseconds + "ms.";
        answer = throttled_by_openai(std::move(message), refusal.kind);
    } else {
        answer = gateway_answer(429, "429",
                                throttling_of_azure(where, refusal.kind) + " Please retry after " + seconds +
                                    (seconds == "1" ? " second." : " seconds."));
    }
    answer.headers.emplace_back("retry-after-ms", milliseconds);
    answer.headers.emplace_back("retry-after", seconds);
    return answer;
}

http_answer standard_answer(int status, const route& where)
{
    if (where.family == api_family::openai) {
        if (const auto error = refusal_of_openai(status)) return answer_of(*error);
    }
    switch (status) {
        case 401:
            return gateway_answer(401, "401",
                                  "Access denied due to invalid subscription key or wrong API endpoint. Make "
                                  "sure to provide a valid key for an active subscription and use a correct "
                                  "regional API endpoint for your resource.");
        case 403: return gateway_answer(403, "403", "Access denied due to Virtual Network/Firewall rules.");
        case 404: return deployment_not_found(where.family, where.deployment);
        case 408: return gateway_answer(408, "Timeout", "The operation was timeout.");
        case 429: return throttled(where);
        default: break;
    }
    if (status < 500) {
        return answer_of({.status = status, .message = "The request is invalid.", .code = {}, .param = {}});
    }
    if (status == 503) {
        return answer_of({.status = 503,
                          .message = "The service is temporarily unable to process your request.",
                          .code = {},
                          .param = {},
                          .type = "service_unavailable_error"});
    }
    return answer_of({.status = status,
                      .message = "The server had an error while processing your request. Sorry about that!",
                      .code = {},
                      .param = {},
                      .type = "server_error"});
}

}  // namespace simulator
