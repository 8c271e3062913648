#include "config/service_url.hpp"

#include <stdexcept>
#include <variant>

#include "config/percent_encoding.hpp"

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

credential_header header_of(const deployment_settings& from)
{
    const credential_header bearer{"Authorization", "Bearer "};
    if (from.auth.entra_id) return bearer;
    if (from.auth.header) return {*from.auth.header, {}};
    switch (from.api) {
        case api_form::azure:
        case api_form::azure_v1: return {"api-key", {}};
        case api_form::openai: return bearer;
    }
    throw std::logic_error{"an api form without a credential header"};
}

}  // namespace config
