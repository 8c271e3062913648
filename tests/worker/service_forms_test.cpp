#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "tests/support/kept_log.hpp"
#include "tests/support/run.hpp"
#include "tests/support/scratch_file.hpp"
#include "tools/simulator/certificate.hpp"
#include "tools/simulator/running_server.hpp"
#include "worker/http_failure.hpp"
#include "worker/key_credential.hpp"
#include "worker/service_endpoint.hpp"
#include "worker/steady_timeline.hpp"

using namespace tests;
using config::api_form;
using config::operation;
using pipeline::errc;

namespace {

constexpr std::string_view api_key = "a-key-for-tests";

/// An endpoint in front of the simulator.
class simulated {
public:
    explicit simulated(api_form api, simulator::options options = {}) : server_{with_key(std::move(options))}
    {
        settings.name = "simulated";
        settings.api = api;
        settings.endpoint = server_.base_url() + (api == api_form::openai ? "/v1" : "");
        settings.deployment = "my model";
        settings.auth.api_key = {config::secret_reference::source::file, key_.path()};
    }

    pipeline::result<pipeline::reply> ask(const pipeline::shape& form, std::vector<std::string_view> pieces)
    {
        boost::asio::io_context loop;
        worker::steady_timeline time{loop.get_executor()};
        kept_log log;
        worker::key_credential key{time, log, settings};
        worker::service_endpoint endpoint{loop, memory_, settings, key};
        const pipeline::request request{.form = &form, .pieces = std::move(pieces)};
        return run(loop, endpoint.call(request));
    }

    simulator::running_server& server() { return server_; }

    config::deployment_settings settings;

private:
    static simulator::options with_key(simulator::options options)
    {
        options.api_key = api_key;
        options.kept_requests = 10;
        return options;
    }

    scratch_file key_{api_key};
    pipeline::byte_pool memory_{0};  // replies live as long as this
    simulator::running_server server_;
};

pipeline::shape shape_of(operation asks)
{
    pipeline::shape form;
    form.asks = asks;
    if (asks == operation::embeddings) {
        form.parameters = R"({"dimensions":256})";
        form.dimensions = 256;
    }
    return form;
}

std::vector<std::string_view> pieces_for(operation asks)
{
    if (asks == operation::chat) return {R"([{"role":"user","content":"first"}])"};
    if (asks == operation::responses) return {"\"first\""};
    return {"\"first\"", "\"second\""};
}

void check_answered(api_form api, operation asks, const std::string& target, const std::string& key_header)
{
    simulated service{api};
    if (asks == operation::responses) service.settings.api_version = "2025-03-01-preview";
    const auto form = shape_of(asks);
    const auto pieces = pieces_for(asks);
    const auto reply = service.ask(form, pieces);
    REQUIRE(reply.has_value());
    CHECK(reply->answers.size() == pieces.size());
    CHECK(reply->used.prompt_tokens > 0);
    CHECK_FALSE(reply->request_id.empty());
    CHECK(service.server().account().count_of("first").bought == 1);

    const auto requests = service.server().requests();
    REQUIRE(requests.size() == 1);
    CHECK(requests.front().target == target);
    const bool bearer = key_header == "authorization";
    CHECK(simulator::find_header(requests.front().headers, key_header) ==
          (bearer ? "Bearer " : "") + std::string{api_key});
    CHECK(simulator::find_header(requests.front().headers, bearer ? "api-key" : "authorization").empty());
}

}  // namespace

TEST_CASE("embeddings, in the dated form of Azure")
{
    check_answered(api_form::azure, operation::embeddings,
                   "/openai/deployments/my%20model/embeddings?api-version=2024-10-21", "api-key");
}

TEST_CASE("completions, in the dated form of Azure")
{
    check_answered(api_form::azure, operation::completions,
                   "/openai/deployments/my%20model/completions?api-version=2024-10-21", "api-key");
}

TEST_CASE("chat, in the dated form of Azure")
{
    check_answered(api_form::azure, operation::chat,
                   "/openai/deployments/my%20model/chat/completions?api-version=2024-10-21", "api-key");
}

TEST_CASE("embeddings, in the v1 form of Azure")
{
    check_answered(api_form::azure_v1, operation::embeddings, "/openai/v1/embeddings", "api-key");
}

TEST_CASE("chat, in the v1 form of Azure")
{
    check_answered(api_form::azure_v1, operation::chat, "/openai/v1/chat/completions", "api-key");
}

TEST_CASE("embeddings, in the form of OpenAI")
{
    check_answered(api_form::openai, operation::embeddings, "/v1/embeddings", "authorization");
}

TEST_CASE("completions, in the form of OpenAI")
{
    check_answered(api_form::openai, operation::completions, "/v1/completions", "authorization");
}

TEST_CASE("chat, in the form of OpenAI")
{
    check_answered(api_form::openai, operation::chat, "/v1/chat/completions", "authorization");
}

TEST_CASE("responses, in the three forms, with the deployment's name in the body")
{
    check_answered(api_form::azure, operation::responses, "/openai/responses?api-version=2025-03-01-preview",
                   "api-key");
    check_answered(api_form::azure_v1, operation::responses, "/openai/v1/responses", "api-key");
    check_answered(api_form::openai, operation::responses, "/v1/responses", "authorization");
}

TEST_CASE("the service is spoken to over TLS, with its certificate in the CA file")
{
    const auto identity = simulator::self_signed_certificate("127.0.0.1");
    const scratch_file ca_file{identity.certificate};
    simulator::options options;
    options.tls_certificate = identity.certificate;
    options.tls_key = identity.key;
    simulated service{api_form::azure, std::move(options)};
    const auto form = shape_of(operation::embeddings);

    CHECK(service.ask(form, {"\"a\""}).error().code() == worker::http_failure::tls);
    service.settings.ca_file = ca_file.path();
    CHECK(service.ask(form, {"\"a\""}).has_value());
}

TEST_CASE("a wrong key and an unknown deployment stop the deployment, and too many inputs say how many fit")
{
    simulator::options options;
    options.deployments = {{.name = "another", .model = ""}};
    options.max_inputs = 2;
    simulated service{api_form::azure, std::move(options)};
    const auto form = shape_of(operation::embeddings);

    const auto unknown = service.ask(form, {"\"a\""}).error();
    CHECK(static_cast<int>(unknown.reason()) == static_cast<int>(errc::deployment_stopped));
    CHECK(unknown.code() == "DeploymentNotFound");

    service.settings.deployment = "another";
    const auto too_many = service.ask(form, {"\"a\"", "\"b\"", "\"c\""}).error();
    CHECK(static_cast<int>(too_many.reason()) == static_cast<int>(errc::too_large));
    CHECK(too_many.max_inputs() == 2);

    const scratch_file other_key{"not-the-key"};
    service.settings.auth.api_key = {config::secret_reference::source::file, other_key.path()};
    const auto refused = service.ask(form, {"\"a\""}).error();
    CHECK(static_cast<int>(refused.reason()) == static_cast<int>(errc::deployment_stopped));
    CHECK(refused.status() == 401);
    CHECK(refused.detail().find("not-the-key") == std::string::npos);
}
