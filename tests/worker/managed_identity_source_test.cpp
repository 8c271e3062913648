#include "worker/managed_identity_source.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <stdexcept>
#include <string>

#include "tests/support/scratch_folder.hpp"
#include "tests/worker/issuer_rig.hpp"
#include "worker/arc_identity_source.hpp"

using namespace tests;
using config::managed_identity;
using host = config::managed_identity::host;

namespace {

const std::string resource = "resource=https%3A%2F%2Fcognitiveservices.azure.com";

/// What a host has given to the processes in it.
config::secret_reference host_header(const scratch_folder& folder)
{
    return {config::secret_reference::source::file, folder.put("header", "h34der")};
}

std::string first_line(const std::string& request) { return request.substr(0, request.find("\r\n")); }
bool has(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

}  // namespace

TEST_CASE("on a virtual machine the metadata service is asked, with numbers as strings in its answer")
{
    const std::string answer = http_text(
        "200 OK", "",
        R"({"access_token":"t","refresh_token":"","expires_in":"86399","expires_on":"1506484173",)"
        R"("not_before":"1506397773","resource":"https://cognitiveservices.azure.com","token_type":"Bearer"})");
    issuer_rig imds{{answer, answer}};
    CHECK(imds.fetch(managed_identity{host::machine, imds.url(), {}, {}}) == "t");
    CHECK(first_line(imds.request()) ==
          "GET /metadata/identity/oauth2/token?api-version=2018-02-01&" + resource + " HTTP/1.1");
    CHECK(has(imds.request(), "\r\nMetadata: true\r\n"));

    CHECK(imds.fetch(managed_identity{host::machine, imds.url() + '/', {}, "user-assigned"}) == "t");
    CHECK(first_line(imds.request(1)).ends_with(resource + "&client_id=user-assigned HTTP/1.1"));
}

TEST_CASE("App Service and Container Apps are shown what they have given, also where their URL has a query")
{
    const scratch_folder folder;
    const auto answer =
        http_text("200 OK", "", R"({"access_token":"t","expires_on":"4102444800","client_id":"c"})");
    issuer_rig app{{answer, answer}};
    CHECK(app.fetch(managed_identity{host::app_service, app.url("/msi/token"), host_header(folder), "c"}) ==
          "t");
    CHECK(first_line(app.request()) ==
          "GET /msi/token?api-version=2019-08-01&" + resource + "&client_id=c HTTP/1.1");
    CHECK(has(app.request(), "\r\nX-IDENTITY-HEADER: h34der\r\n"));

    CHECK(app.fetch(managed_identity{
              host::app_service, app.url("/msi/token?a=b"), host_header(folder), {}}) == "t");
    CHECK(first_line(app.request(1)) ==
          "GET /msi/token?a=b&api-version=2019-08-01&" + resource + " HTTP/1.1");
}

TEST_CASE("Azure Machine Learning and Cloud Shell have words of their own")
{
    const scratch_folder folder;
    issuer_rig ml{{granting("t")}};
    CHECK(ml.fetch(managed_identity{host::azure_ml, ml.url("/msi"), host_header(folder), "c"}) == "t");
    CHECK(first_line(ml.request()) == "GET /msi?api-version=2017-09-01&" + resource + "&clientid=c HTTP/1.1");
    CHECK(has(ml.request(), "\r\nsecret: h34der\r\n"));

    issuer_rig shell{{granting("t")}};
    CHECK(shell.fetch(managed_identity{host::cloud_shell, shell.url("/token"), {}, {}}) == "t");
    CHECK(first_line(shell.request()) == "POST /token HTTP/1.1");
    CHECK(has(shell.request(), "\r\nMetadata: true\r\n"));
    CHECK(shell.request().ends_with("\r\n\r\n" + resource));
}

TEST_CASE("an agent of Azure Arc is shown the key that it names")
{
    const scratch_folder folder;
    const auto key = folder.put("0f-1.key", "k3y\n");
    issuer_rig agent{
        {http_text("401 Unauthorized", "WWW-Authenticate: Basic realm=" + key + "\r\n", ""), granting("t")}};
    worker::arc_identity_source source{
        agent.loop,
        {host::azure_arc, agent.url("/metadata/identity/oauth2/token"), {}, {}},
        "https://cognitiveservices.azure.com/.default",
        "arc",
        folder.path()};
    CHECK(agent.fetch(source) == "t");
    const auto line = "GET /metadata/identity/oauth2/token?api-version=2020-06-01&" + resource + " HTTP/1.1";
    CHECK(first_line(agent.request(0)) == line);
    CHECK(first_line(agent.request(1)) == line);
    CHECK(has(agent.request(0), "\r\nMetadata: true\r\n"));
    CHECK_FALSE(has(agent.request(0), "Authorization"));
    CHECK(has(agent.request(1), "\r\nMetadata: true\r\n"));
    CHECK(has(agent.request(1), "\r\nAuthorization: Basic k3y\r\n"));
}

TEST_CASE("whoever answers as the agent of Azure Arc gets no other file to see")
{
    const scratch_folder folder;
    const scratch_folder elsewhere;
    const auto other = elsewhere.put("other.key", "s3cret");
    const auto large = folder.put("large.key", std::string(4097, 'k'));
    for (const auto& named : {other, large, folder.path_of("missing.key"), folder.path() + "/../other.key"}) {
        CAPTURE(named);
        issuer_rig agent{
            {http_text("401 Unauthorized", "WWW-Authenticate: Basic realm=" + named + "\r\n", ""),
             granting("t")}};
        worker::arc_identity_source source{
            agent.loop, {host::azure_arc, agent.url(), {}, {}}, "scope", "arc", folder.path()};
        CHECK(has(agent.fetch(source), "identity_unreadable: "));
        CHECK(agent.server.requests().size() == 1);
    }
    issuer_rig agent{{}};
    CHECK_THROWS_WITH_AS(
        static_cast<void>(agent.source(managed_identity{host::azure_arc, agent.url(), {}, "c"})),
        doctest::Contains("no user-assigned identities"), std::runtime_error);
}

TEST_CASE("a host without that identity, and one that is not there, are passed over; one in trouble is not")
{
    issuer_rig imds{{http_text("400 Bad Request", "",
                               R"({"error":"invalid_request","error_description":"Identity not found"})"),
                     http_text("404 Not Found", "", ""), http_text("410 Gone", "", ""),
                     http_text("429 Too Many Requests", "", ""),
                     http_text("500 Internal Server Error", "", "")}};
    const auto source = imds.source(managed_identity{host::machine, imds.url(), {}, "c"});
    CHECK(imds.fetch(*source) ==
          "identity_unavailable: this host answered 400 invalid_request: Identity not found");
    for (const std::string status : {"404", "410", "429", "500"})
        CHECK(imds.fetch(*source) == "http_" + status + ": this host answered " + status);

    std::string gone;
    {
        const issuer_rig ended{{}};
        gone = ended.url();
    }
    CHECK(has(imds.fetch(managed_identity{host::machine, gone, {}, {}}),
              "identity_unavailable: nothing hands out managed identities here: cannot connect"));
}
