#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

#include "tests/support/run.hpp"
#include "tests/support/scratch_file.hpp"
#include "tests/support/scripted_server.hpp"
#include "worker/credential.hpp"
#include "worker/service_endpoint.hpp"

using namespace tests;
namespace asio = boost::asio;

namespace {

config::deployment_settings settings_for(std::uint16_t port)
{
    config::deployment_settings settings;
    settings.name = "vectors";
    settings.api = config::api_form::openai;
    settings.endpoint = "http://127.0.0.1:" + std::to_string(port) + "/v1";
    settings.deployment = "m";
    return settings;
}

}  // namespace

TEST_CASE("headers of the settings go along with each request, secrets from where they are")
{
    const scratch_file secret{"a-key-of-the-gateway\n"};
    const scripted_server server{{answering(http_text("500 Oh", "", "no"))}};
    auto settings = settings_for(server.port());
    settings.headers = {{"x-team", "search and more"}, {"x-two", "2"}};
    settings.secret_headers = {{"x-gateway-key", {config::secret_reference::source::file, secret.path()}}};

    asio::io_context loop;
    pipeline::byte_pool memory{0};
    worker::no_credential nobody;
    worker::service_endpoint endpoint{loop, memory, settings, nobody};
    pipeline::shape form;
    pipeline::request ask{.form = &form, .pieces = {}, .trace = std::nullopt};
    ask.pieces.emplace_back("\"text\"");
    CHECK(run(loop, endpoint.call(ask)).has_error());
    const auto sent = server.requests().at(0);
    CHECK(sent.find("\r\nx-team: search and more\r\nx-two: 2\r\nx-gateway-key: a-key-of-the-gateway\r\n") !=
          std::string::npos);
}

TEST_CASE("a header whose secret is missing, or cannot be carried, is named when the worker starts")
{
    const scratch_file unfit{"two\r\nlines"};
    auto settings = settings_for(80);
    asio::io_context loop;
    pipeline::byte_pool memory{0};
    worker::no_credential nobody;
    for (const auto& path : {std::string{"/nowhere/key"}, unfit.path()}) {
        settings.secret_headers = {{"x-gateway-key", {config::secret_reference::source::file, path}}};
        CHECK_THROWS_WITH_AS((worker::service_endpoint{loop, memory, settings, nobody}),
                             doctest::Contains("the header x-gateway-key of deployment \"vectors\""),
                             std::runtime_error);
    }
}
