#include "config/service_url.hpp"

#include <doctest/doctest.h>

#include <string>
#include <variant>
#include <vector>

namespace tests {
namespace {

using config::api_form;
using config::operation;

config::deployment_settings deployment(api_form api, std::string endpoint, std::string name = "emb")
{
    config::deployment_settings made;
    made.name = "under-test";
    made.api = api;
    made.endpoint = std::move(endpoint);
    made.deployment = std::move(name);
    made.api_version = "2024-10-21";
    return made;
}

}  // namespace

TEST_CASE("each api form has its own URL for each operation")
{
    struct row {
        api_form api;
        std::string endpoint;
        operation asks;
        std::string url;
        std::string model;
    };
    const std::string azure = "https://res.openai.azure.com";
    const std::string query = "?api-version=2024-10-21";
    const std::vector<row> rows{
        {api_form::azure, azure, operation::embeddings, azure + "/openai/deployments/emb/embeddings" + query,
         ""},
        {api_form::azure, azure, operation::completions,
         azure + "/openai/deployments/emb/completions" + query, ""},
        {api_form::azure, azure, operation::chat, azure + "/openai/deployments/emb/chat/completions" + query,
         ""},
        {api_form::azure_v1, azure, operation::embeddings, azure + "/openai/v1/embeddings", "emb"},
        {api_form::azure_v1, azure, operation::chat, azure + "/openai/v1/chat/completions", "emb"},
        {api_form::openai, "https://api.openai.com/v1", operation::embeddings,
         "https://api.openai.com/v1/embeddings", "emb"},
        {api_form::openai, "http://localhost:8000/v1", operation::completions,
         "http://localhost:8000/v1/completions", "emb"},
        {api_form::openai, "https://api.openai.com/v1", operation::chat,
         "https://api.openai.com/v1/chat/completions", "emb"},
        {api_form::azure, azure, operation::responses, azure + "/openai/responses" + query, "emb"},
        {api_form::azure, azure + "/openai/", operation::responses, azure + "/openai/responses" + query,
         "emb"},
        {api_form::azure_v1, azure, operation::responses, azure + "/openai/v1/responses", "emb"},
        {api_form::openai, "https://api.openai.com/v1", operation::responses,
         "https://api.openai.com/v1/responses", "emb"},
    };
    for (const auto& each : rows) {
        const auto made = config::url_of(deployment(each.api, each.endpoint), each.asks);
        CHECK(made.text() == each.url);
        CHECK(made.model == each.model);
    }
}

TEST_CASE("slashes and paths that portals show make no difference to the URL")
{
    const std::vector<std::pair<api_form, std::string>> same_as_plain{
        {api_form::azure, "https://h/"},
        {api_form::azure, "https://H//"},
        {api_form::azure, "https://h:443/openai"},
        {api_form::azure, "https://h/openai/"},
    };
    for (const auto& [api, endpoint] : same_as_plain)
        CHECK(config::url_of(deployment(api, endpoint), operation::chat).text() ==
              "https://h/openai/deployments/emb/chat/completions?api-version=2024-10-21");
    CHECK(config::url_of(deployment(api_form::azure_v1, "https://h/openai/v1/"), operation::chat).text() ==
          "https://h/openai/v1/chat/completions");
    CHECK(config::url_of(deployment(api_form::azure, "https://gw/team//a/"), operation::chat).target ==
          "/team/a/openai/deployments/emb/chat/completions?api-version=2024-10-21");
}

TEST_CASE("the deployment's name is percent-encoded in the path and plain in the body")
{
    CHECK(config::url_of(deployment(api_form::azure, "https://h", "my model/1\xC3\xA4"), operation::chat)
              .target == "/openai/deployments/my%20model%2F1%C3%A4/chat/completions?api-version=2024-10-21");
    CHECK(config::url_of(deployment(api_form::openai, "https://h/v1", "org/model"), operation::chat).model ==
          "org/model");
}

TEST_CASE("an endpoint is taken apart")
{
    const auto parsed = config::parse_endpoint("HTTP://[::1]:8080/a//b/");
    REQUIRE(std::holds_alternative<config::endpoint>(parsed));
    const auto& made = std::get<config::endpoint>(parsed);
    CHECK(made == config::endpoint{config::url_scheme::http, "::1", 8080, "/a/b"});
    CHECK(made.authority() == "[::1]:8080");
    CHECK(std::get<config::endpoint>(config::parse_endpoint("http://Host")).port == 80);
    CHECK(std::get<config::endpoint>(config::parse_endpoint("https://Host:443/")).authority() == "host");
}

TEST_CASE("what cannot be an endpoint is refused with the reason")
{
    const std::vector<std::pair<std::string, std::string>> rows{
        {"", "absolute URL"},
        {"api.openai.com/v1", "absolute URL"},
        {"ftp://host", "absolute URL"},
        {"https://", "names no host"},
        {"https:///v1", "names no host"},
        {"https://key@host", "credentials"},
        {"https://host/v1?api-version=1", "query"},
        {"https://host#x", "fragment"},
        {"https://host:0", "port"},
        {"https://host:65536", "port"},
        {"https://host:8o", "port"},
        {"https://ho st", "host name"},
        {"https://host/a b", "percent-encoded"},
        {"https://[::1", "without a ]"},
        {"https://[::1]8080", "port"},
        {"https://[]", "IPv6"},
    };
    for (const auto& [url, says] : rows) {
        const auto parsed = config::parse_endpoint(url);
        REQUIRE_MESSAGE(std::holds_alternative<config::text_error>(parsed), url);
        CHECK_MESSAGE(std::get<config::text_error>(parsed).message.find(says) != std::string::npos, url);
    }
}

TEST_CASE("loopback is 127.0.0.0/8, ::1 and localhost")
{
    for (const std::string host : {"localhost", "LocalHost", "::1", "127.0.0.1", "127.255.0.9"})
        CHECK_MESSAGE(config::is_loopback(host), host);
    for (const std::string host : {"", "localhost.example", "127.0.0.1.example", "127.0.0", "127.0.0.256",
                                   "128.0.0.1", "10.0.0.1", "::2", "127.0.0.1.", "example"})
        CHECK_MESSAGE(!config::is_loopback(host), host);
}

TEST_CASE("a key travels in the header of the api form, or in the one that the deployment names")
{
    const auto header_of = [](api_form api) { return config::header_of(deployment(api, "https://h")); };
    CHECK(header_of(api_form::azure).name == "api-key");
    CHECK(header_of(api_form::azure_v1).prefix.empty());
    CHECK(header_of(api_form::openai).name == "Authorization");
    CHECK(header_of(api_form::openai).prefix == "Bearer ");

    auto behind_a_gateway = deployment(api_form::openai, "https://h");
    behind_a_gateway.auth.header = "Ocp-Apim-Subscription-Key";
    CHECK(config::header_of(behind_a_gateway).name == "Ocp-Apim-Subscription-Key");
    CHECK(config::header_of(behind_a_gateway).prefix.empty());
}

TEST_CASE("a token travels as a bearer token, whatever the api form")
{
    auto signed_in = deployment(api_form::azure, "https://h");
    signed_in.auth.entra_id.emplace();
    CHECK(config::header_of(signed_in).name == "Authorization");
    CHECK(config::header_of(signed_in).prefix == "Bearer ");
}

}  // namespace tests
