#include "tools/simulator/authentication.hpp"

#include "tools/simulator/api_error.hpp"

namespace simulator {
namespace {

std::string_view bearer_token(const header_list& headers)
{
    constexpr std::string_view scheme = "Bearer ";
    const auto value = find_header(headers, "authorization");
    return value.starts_with(scheme) ? value.substr(scheme.size()) : std::string_view{};
}

http_answer openai_refusal(bool with_key)
{
    return answer_of({.status = 401,
                      .message = with_key ? "Incorrect API key provided."
                                          : "You didn't provide an API key. Provide it in an Authorization "
                                            "header using Bearer auth.",
                      .code = with_key ? "invalid_api_key" : "",
                      .param = {}});
}

http_answer azure_refusal(bool with_key)
{
    if (with_key) return standard_answer(401, {});
    return {.status = 401,
            .headers = {{"content-type", "application/json"}},
            .body = R"({"statusCode":401,"message":"Unauthorized. Access token is missing, invalid, )"
                    R"(audience is incorrect (https://cognitiveservices.azure.com), or have expired."})"};
}

}  // namespace

std::optional<http_answer> refuse_credentials(api_family family, const header_list& headers,
                                              std::string_view key)
{
    if (key.empty()) return std::nullopt;
    const auto api_key = find_header(headers, "api-key");
    const auto bearer = bearer_token(headers);
    switch (family) {
        case api_family::azure:
            if (api_key == key) return std::nullopt;
            return azure_refusal(!api_key.empty());
        case api_family::azure_v1:
            if (api_key == key || bearer == key) return std::nullopt;
            return azure_refusal(!api_key.empty() || !bearer.empty());
        case api_family::openai:
            if (bearer == key) return std::nullopt;
            return openai_refusal(!bearer.empty());
    }
    return std::nullopt;
}

}  // namespace simulator
