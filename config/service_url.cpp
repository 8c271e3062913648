#include "config/service_url.hpp"

#include <stdexcept>
#include <variant>

namespace config {
namespace {

std::string_view path_of(operation asks)
{
    switch (asks) {
        case operation::embeddings: return "/embeddings";
        case operation::completions: return "/completions";
        case operation::chat: return "/chat/completions";
        case operation::responses: return "/responses";
    }
    throw std::logic_error{"an operation without a path"};
}

/// Everything but the unreserved characters of RFC 3986 section 2.3.
std::string percent_encoded(std::string_view text)
{
    constexpr std::string_view digits = "0123456789ABCDEF";
    constexpr std::string_view unreserved = "-._~";
    std::string result;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                           unreserved.find(c) != unreserved.npos;
        if (plain) {
            result += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            result += {'%', digits[byte >> 4], digits[byte & 15]};
        }
    }
    return result;
}

std::string without_suffix(std::string text, std::string_view suffix)
{
    if (text.ends_with(suffix)) text.resize(text.size() - suffix.size());
    return text;
}

}  // namespace

std::string service_url::text() const
{
    return (server.scheme == url_scheme::https ? "https://" : "http://") + server.authority() + target;
}

service_url url_of(const deployment_settings& from, operation asks)
{
    auto parsed = parse_endpoint(from.endpoint);
    if (!std::holds_alternative<endpoint>(parsed))
        throw std::logic_error{"deployment " + from.name + " has an endpoint that the loader did not check"};

    service_url result{std::get<endpoint>(std::move(parsed)), {}, {}};
    const std::string operation_path{path_of(asks)};
    switch (from.api) {
        case api_form::azure:
            result.target = without_suffix(result.server.path, "/openai") + "/openai";
            if (asks == operation::responses) {
                result.model = from.deployment;
            } else {
                result.target += "/deployments/" + percent_encoded(from.deployment);
            }
            result.target += operation_path + "?api-version=" + percent_encoded(from.api_version);
            break;
        case api_form::azure_v1:
            result.target = without_suffix(result.server.path, "/openai/v1") + "/openai/v1" + operation_path;
            result.model = from.deployment;
            break;
        case api_form::openai:
            result.target = result.server.path + operation_path;
            result.model = from.deployment;
            break;
    }
    return result;
}

credential_header header_of(api_form api)
{
    switch (api) {
        case api_form::azure:
        case api_form::azure_v1: return {"api-key", ""};
        case api_form::openai: return {"Authorization", "Bearer "};
    }
    throw std::logic_error{"an api form without a credential header"};
}

}  // namespace config
