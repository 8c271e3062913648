#include "worker/application_source.hpp"

#include <doctest/doctest.h>

#include <regex>
#include <stdexcept>
#include <string>

#include "tests/support/openssl_command.hpp"
#include "tests/support/scratch_folder.hpp"
#include "tests/worker/issuer_rig.hpp"

using namespace std::chrono_literals;
using namespace tests;

namespace {

const config::application who{"contoso.example", "app-1"};

config::secret_reference file(std::string path)
{
    return {config::secret_reference::source::file, std::move(path)};
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

}  // namespace

TEST_CASE("an application signs in with its secret, as a form that is posted to its tenant")
{
    const scratch_folder folder;
    issuer_rig issuer{{granting("eyJ.t.1")}};
    CHECK(issuer.fetch(config::client_secret_identity{who, file(folder.put("secret", "a~b&c d\n"))}) ==
          "eyJ.t.1");

    const std::regex expected{
        "POST /contoso\\.example/oauth2/v2\\.0/token HTTP/1\\.1\r\n"
        "Host: 127\\.0\\.0\\.1:[0-9]+\r\n"
        "User-Agent: batchmill/[0-9.]+\r\n"
        "Accept: application/json\r\n"
        "Connection: close\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        "Content-Length: [0-9]+\r\n"
        "\r\n"
        "grant_type=client_credentials&client_id=app-1&"
        "scope=https%3A%2F%2Fcognitiveservices\\.azure\\.com%2F\\.default&client_secret=a~b%26c%20d"};
    CHECK_MESSAGE(std::regex_match(issuer.request(), expected), issuer.request());
}

TEST_CASE("a secret that has changed is read for the next sign-in")
{
    const scratch_folder folder;
    issuer_rig issuer{{granting("t1"), granting("t2")}};
    const auto source = issuer.source(config::client_secret_identity{who, file(folder.put("secret", "old"))});
    CHECK(issuer.fetch(*source) == "t1");
    folder.put("secret", "new");
    CHECK(issuer.fetch(*source) == "t2");
    CHECK(has(issuer.request(1), "client_secret=new"));
}

TEST_CASE("a federated token that rotates is read for each sign-in")
{
    const scratch_folder folder;
    issuer_rig issuer{{granting("t1"), granting("t2")}};
    const auto source = issuer.source(config::workload_identity{who, folder.put("token", "eyJ.a.1\n")});
    CHECK(issuer.fetch(*source) == "t1");
    folder.put("token", "eyJ.a.2\n");
    CHECK(issuer.fetch(*source) == "t2");

    const std::string assertion =
        "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
        "&client_assertion=eyJ.a.";
    CHECK(issuer.request(0).ends_with(assertion + "1"));
    CHECK(issuer.request(1).ends_with(assertion + "2"));
    CHECK_FALSE(has(issuer.request(0), "client_secret"));
}

TEST_CASE("an application signs in with its certificate, each time with an assertion of its own")
{
    const scratch_folder folder;
    make_certificate(folder);
    const auto both = folder.put("both.pem", folder.content_of("key.pem") + folder.content_of("cert.pem"));
    issuer_rig issuer{{granting("t1"), granting("t2")}};
    const auto source = issuer.source(config::client_certificate_identity{who, both, {}});
    CHECK(issuer.fetch(*source) == "t1");
    CHECK(issuer.fetch(*source) == "t2");

    const std::regex assertion{"&client_assertion=([A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+)$"};
    std::smatch first;
    std::smatch second;
    const auto requests = issuer.server.requests();
    REQUIRE(std::regex_search(requests.at(0), first, assertion));
    REQUIRE(std::regex_search(requests.at(1), second, assertion));
    CHECK(first[1] != second[1]);
}

TEST_CASE("what a proof needs and cannot be read is named: at the start, and later as a failure")
{
    issuer_rig issuer{{}};
    CHECK_THROWS_WITH_AS(
        static_cast<void>(issuer.source(config::client_secret_identity{who, file("/nowhere/secret")})),
        "client_secret: the file /nowhere/secret cannot be read", std::runtime_error);
    CHECK_THROWS_WITH_AS(static_cast<void>(issuer.source(config::workload_identity{who, "/nowhere/token"})),
                         "federated_token_file: the file /nowhere/token cannot be read", std::runtime_error);
    CHECK_THROWS_WITH_AS(
        static_cast<void>(issuer.source(config::client_certificate_identity{who, "/nowhere/cert.pem", {}})),
        "the certificate /nowhere/cert.pem cannot be opened", std::runtime_error);

    const scratch_folder folder;
    const auto source = issuer.source(config::workload_identity{who, folder.put("token", "eyJ")});
    folder.put("token", "");
    CHECK(issuer.fetch(*source) ==
          "identity_unreadable: federated_token_file: the file " + folder.path_of("token") + " is empty");
}

TEST_CASE("a refusal explains itself, and repeats neither the secret nor what an echo brings back")
{
    const scratch_folder folder;
    const config::client_secret_identity identity{who, file(folder.put("secret", "s3cret"))};
    issuer_rig issuer{
        {http_text(
             "401 Unauthorized", "",
             R"({"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided.)"
             R"(\r\nTrace ID: 1","error_codes":[7000215]})"),
         http_text("400 Bad Request", "", "client_secret=s3cret"), http_text("200 OK", "", "{\"access"),
         http_text("200 OK", "", "client_secret=s3cret"),
         http_text("302 Found", "Location: https://evil.example/\r\n", "")}};
    const auto source = issuer.source(identity);
    const auto refused = issuer.fetch(*source);
    CHECK(has(refused,
              "AADSTS7000215: Entra ID answered 401 invalid_client: AADSTS7000215: Invalid client secret"));
    CHECK(has(refused, "client_secret is wrong"));
    CHECK(issuer.fetch(*source) == "http_400: Entra ID answered 400");
    CHECK(has(issuer.fetch(*source), "token_unreadable"));
    CHECK_FALSE(has(issuer.fetch(*source), "s3cret"));
    CHECK(issuer.fetch(*source) == "http_302: Entra ID answered 302");
}

TEST_CASE("times are measured by the issuer's clock where it tells the time")
{
    const scratch_folder folder;
    issuer_rig issuer{{http_text("200 OK", "Date: Tue, 14 Nov 2023 22:13:20 GMT\r\n",
                                 R"({"access_token":"t","expires_on":"1700003600"})")}};
    const auto source = issuer.source(config::workload_identity{who, folder.put("token", "eyJ")});
    const auto token = run(issuer.loop, source->fetch());
    REQUIRE(token.has_value());
    CHECK(token->lifetime == 1h);
}
