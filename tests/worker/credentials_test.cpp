// Signing in from the configuration to the service, with every part but the peers being the real one.
#include "worker/credentials.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "pipeline/task_group.hpp"
#include "tests/support/kept_log.hpp"
#include "tests/support/run.hpp"
#include "tests/support/scratch_folder.hpp"
#include "tests/worker/issuer_rig.hpp"
#include "worker/service_endpoint.hpp"
#include "worker/steady_timeline.hpp"

using namespace std::chrono_literals;
using namespace tests;

namespace {

const std::string vector_answer =
    http_text("200 OK", "",
              R"({"object":"list","model":"m","data":[{"index":0,"embedding":[1,0.5]}],)"
              R"("usage":{"prompt_tokens":3,"total_tokens":3}})");

/// An issuer, a service that answers every request alike, and two deployments that sign in alike.
struct sign_in_rig {
    sign_in_rig(std::vector<std::string> issued, const std::string& answer)
        : issuer{std::move(issued)}, service{{serving(answer), serving(answer)}}, loop{issuer.loop}
    {
        deployment.name = "vectors";
        deployment.endpoint = "http://127.0.0.1:" + std::to_string(service.port());
        deployment.deployment = "emb";
        deployment.auth.entra_id = issuer.by(config::client_secret_identity{
            {"contoso", "app"},
            {config::secret_reference::source::file, folder.put("secret", "s3cret-of-app")}});
    }
    ~sign_in_rig()
    {
        tasks.request_stop();
        run(loop, tasks.join());
    }
    sign_in_rig(const sign_in_rig&) = delete;
    sign_in_rig& operator=(const sign_in_rig&) = delete;

    static script serving(const std::string& answer)
    {
        return [answer](peer& client) {
            for (;;) {
                client.read_request();
                client.send(answer);
            }
        };
    }
    worker::credential& credential() { return all.of(deployment); }
    void start()
    {
        for (auto* each : all.sign_ins()) tasks.start(each->run());
    }
    pipeline::result<pipeline::reply> call(worker::service_endpoint& endpoint)
    {
        const pipeline::shape form;
        pipeline::request ask{.form = &form, .pieces = {}};
        ask.pieces.push_back("\"some text\"");
        return run(loop, endpoint.call(ask));
    }
    /// What an operator gets to see.
    [[nodiscard]] std::string seen(const pipeline::result<pipeline::reply>& ended) const
    {
        std::string text = ended ? std::string{} : ended.error().detail() + ended.error().code();
        for (const auto& each : log.lines) text += each + '\n';
        return text;
    }

    scratch_folder folder;
    issuer_rig issuer;
    scripted_server service;
    boost::asio::io_context& loop;
    config::deployment_settings deployment;
    worker::steady_timeline time{loop.get_executor()};
    kept_log log;
    worker::credentials all{loop, time, log};
    pipeline::byte_pool memory{1024 * 1024};
    pipeline::task_group tasks{loop.get_executor(), time};
};

}  // namespace

TEST_CASE("deployments that sign in alike share a token, which is asked for once")
{
    sign_in_rig rig{{granting("eyJ.t.0ken")}, vector_answer};
    auto other = rig.deployment;
    other.name = "writer";
    auto& first = rig.credential();
    CHECK(&rig.all.of(other) == &first);
    rig.start();
    worker::service_endpoint vectors{rig.loop, rig.memory, rig.deployment, first};
    worker::service_endpoint writer{rig.loop, rig.memory, other, first};
    CHECK(rig.call(vectors).has_value());
    vectors.close();  // the service has one connection at a time
    CHECK(rig.call(writer).has_value());

    CHECK(rig.issuer.server.requests().size() == 1);
    for (const auto& request : rig.service.requests()) {
        CHECK(request.find("\r\nAuthorization: Bearer eyJ.t.0ken\r\n") != std::string::npos);
        CHECK(request.find("api-key") == std::string::npos);
    }
    writer.close();
}

TEST_CASE("a sign-in for another scope is another one")
{
    sign_in_rig rig{{}, vector_answer};
    auto other = rig.deployment;
    other.auth.entra_id->scope = "https://ai.azure.com/.default";
    auto& first = rig.credential();
    CHECK(&rig.all.of(other) != &first);
    CHECK(rig.all.sign_ins().size() == 2);
}

TEST_CASE("neither the log nor a failure has secrets or tokens in it, whatever is refused by whom")
{
    const std::vector<std::vector<std::string>> issuers{
        {granting("eyJ.t.0ken")},
        {http_text(
            "401 Unauthorized", "",
            R"({"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret."})")},
        {http_text("400 Bad Request", "", "client_secret=s3cret-of-app")},
        {http_text("200 OK", "", R"({"access_token":"eyJ.t.0ken"})")},
        {}};
    for (const auto& issued : issuers) {
        for (const auto& answer : {vector_answer, http_text("401 Unauthorized", "",
                                                            R"({"error":{"code":"401","message":"no"}})")}) {
            sign_in_rig rig{issued, answer};
            auto& shows = rig.credential();
            rig.start();
            worker::service_endpoint endpoint{rig.loop, rig.memory, rig.deployment, shows};
            const auto seen = rig.seen(rig.call(endpoint));
            CAPTURE(seen);
            CHECK_FALSE(rig.log.lines.empty());
            CHECK(seen.find("s3cret-of-app") == std::string::npos);
            CHECK(seen.find("0ken") == std::string::npos);
            endpoint.close();
        }
    }
}

TEST_CASE("what a sign-in needs and cannot be read is named at the start, with its deployment")
{
    sign_in_rig rig{{}, vector_answer};
    rig.deployment.auth.entra_id->identities = {
        config::workload_identity{{"contoso", "app"}, "/nowhere/token"}};
    rig.deployment.auth.entra_id->source = config::identity_source::workload_identity;
    CHECK_THROWS_WITH_AS(
        static_cast<void>(rig.credential()),
        "the sign-in of deployment \"vectors\": federated_token_file: the file /nowhere/token cannot "
        "be read",
        std::runtime_error);
}

TEST_CASE("a chain leaves out what cannot be read, and says so where nothing is left")
{
    sign_in_rig rig{{}, vector_answer};
    auto& entra_id = *rig.deployment.auth.entra_id;
    entra_id.source = config::identity_source::chain;
    entra_id.identities = {config::workload_identity{{"contoso", "app"}, "/nowhere/token"}};
    entra_id.left_out = {"managed_identity: AZURE_TOKEN_CREDENTIALS asks for others"};
    CHECK_THROWS_WITH_AS(
        static_cast<void>(rig.credential()),
        "the sign-in of deployment \"vectors\": none of the identities can be used here; managed_identity: "
        "AZURE_TOKEN_CREDENTIALS asks for others; workload_identity: federated_token_file: the file "
        "/nowhere/token "
        "cannot be read",
        std::runtime_error);

    entra_id.identities.push_back(config::azure_cli_identity{});
    CHECK_NOTHROW(static_cast<void>(rig.credential()));
}

TEST_CASE("a deployment without credentials shows nothing")
{
    sign_in_rig rig{{}, vector_answer};
    rig.deployment.auth = {};
    worker::service_endpoint endpoint{rig.loop, rig.memory, rig.deployment, rig.credential()};
    CHECK(rig.call(endpoint).has_value());
    const auto request = rig.service.requests().at(0);
    CHECK(request.find("uthorization") == std::string::npos);
    CHECK(request.find("api-key") == std::string::npos);
    endpoint.close();
}
