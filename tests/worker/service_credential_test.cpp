// What service_endpoint does with the credential of its requests.
#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

#include "tests/support/kept_log.hpp"
#include "tests/support/run.hpp"
#include "tests/support/scratch_folder.hpp"
#include "tests/support/scripted_server.hpp"
#include "worker/key_credential.hpp"
#include "worker/service_endpoint.hpp"
#include "worker/steady_timeline.hpp"

using namespace std::chrono_literals;
using namespace tests;
using pipeline::errc;

namespace {

const std::string vector_answer =
    http_text("200 OK", "",
              R"({"object":"list","model":"m","data":[{"index":0,"embedding":[1,0.5]}],)"
              R"("usage":{"prompt_tokens":3,"total_tokens":3}})");
const std::string denied =
    http_text("401 Unauthorized", "",
              R"({"error":{"code":"PermissionDenied","message":"Principal does not have access"}})");

/// Shows "Pass: 1", then, if there are others, "Pass: 2", …
class told_credential final : public worker::credential {
public:
    boost::asio::awaitable<pipeline::result<shown>> show(config::time_point) override
    {
        if (why_not) co_return *why_not;
        line_ = "Pass: " + std::to_string(version_) + "\r\n";
        co_return shown{line_, version_};
    }
    boost::asio::awaitable<bool> replace(std::uint64_t refused, config::time_point) override
    {
        CHECK(refused == version_);
        ++refusals;
        if (others == 0) co_return false;
        --others;
        ++version_;
        co_return true;
    }
    [[nodiscard]] std::string_view advice() const override { return "ask for the role"; }

    std::optional<pipeline::failure> why_not;
    int others = 0;
    int refusals = 0;

private:
    std::uint64_t version_ = 1;
    std::string line_;
};

config::deployment_settings settings_for(std::uint16_t port)
{
    config::deployment_settings settings;
    settings.name = "vectors";
    settings.endpoint = "http://127.0.0.1:" + std::to_string(port);
    settings.deployment = "emb";
    return settings;
}

pipeline::result<pipeline::reply> call(boost::asio::io_context& loop, worker::service_endpoint& endpoint)
{
    const pipeline::shape form;
    pipeline::request ask{.form = &form, .pieces = {}};
    ask.pieces.push_back("\"some text\"");
    return run(loop, endpoint.call(ask));
}

/// A service that gives these answers on one connection.
struct credential_rig {
    explicit credential_rig(std::vector<std::string> answers)
        : server{{[answers = std::move(answers)](peer& client) {
              for (const auto& each : answers) {
                  client.read_request();
                  client.send(each);
              }
              client.stall();
          }}},
          endpoint{loop, memory, settings_for(server.port()), shows}
    {}
    pipeline::result<pipeline::reply> ask() { return call(loop, endpoint); }
    [[nodiscard]] bool carried(std::size_t which, std::string_view line) const
    {
        return server.requests().at(which).find(line) != std::string::npos;
    }

    boost::asio::io_context loop;
    scripted_server server;
    told_credential shows;
    pipeline::byte_pool memory{1024 * 1024};
    worker::service_endpoint endpoint;
};

}  // namespace

TEST_CASE("a request that is refused with 401 is repeated once where there is something else to show")
{
    credential_rig rig{{denied, vector_answer}};
    rig.shows.others = 1;
    CHECK(rig.ask().has_value());
    CHECK(rig.carried(0, "\r\nPass: 1\r\n"));
    CHECK(rig.carried(1, "\r\nPass: 2\r\n"));
}

TEST_CASE("a request is not repeated a second time, and not at all where there is nothing else to show")
{
    for (const int others : {0, 5}) {
        CAPTURE(others);
        credential_rig rig{{denied, denied, denied}};
        rig.shows.others = others;
        const auto answer = rig.ask();
        REQUIRE(answer.has_error());
        CHECK(static_cast<int>(answer.error().reason()) == static_cast<int>(errc::deployment_stopped));
        CHECK(answer.error().detail().ends_with("; check auth of this deployment; ask for the role"));
        CHECK(rig.shows.refusals == 1);
        CHECK(rig.server.requests().size() == (others == 0 ? 1 : 2));
    }
}

TEST_CASE("what is refused with 403 is not repeated, but explained")
{
    credential_rig rig{{http_text("403 Forbidden", "", "{}")}};
    rig.shows.others = 1;
    CHECK(rig.ask().error().detail().ends_with("; ask for the role"));
    CHECK(rig.shows.refusals == 0);
}

TEST_CASE("nothing is sent while there is nothing to show")
{
    credential_rig rig{{vector_answer}};
    rig.shows.why_not =
        pipeline::failure{errc::deployment_stopped, "signing in failed"}.with_code("AADSTS700016");
    CHECK(rig.ask().error().code() == "AADSTS700016");
    CHECK(rig.server.requests().empty());
}

TEST_CASE("keys are renewed one after the other under a running worker, and no call fails")
{
    const scratch_folder folder;
    scripted_server server{{[](peer& client) {
        // The service takes one, two; then only two, because one is being renewed; then only the new one.
        for (const std::string good : {"one", "two", "two", "new", "new"}) {
            auto request = client.read_request();
            while (request.find("api-key: " + good + "\r\n") == std::string::npos) {
                client.send(denied);
                request = client.read_request();
            }
            client.send(vector_answer);
        }
        client.stall();
    }}};
    auto settings = settings_for(server.port());
    const auto in_file = [&](std::string_view name, std::string_view key) {
        return config::secret_reference{config::secret_reference::source::file, folder.put(name, key)};
    };
    settings.auth.api_key = in_file("first", "one");
    settings.auth.second_api_key = in_file("second", "two");

    boost::asio::io_context loop;
    worker::steady_timeline time{loop.get_executor()};
    kept_log log;
    worker::key_credential keys{time, log, settings};
    pipeline::byte_pool memory{1024 * 1024};
    worker::service_endpoint endpoint{loop, memory, settings, keys};
    CHECK(call(loop, endpoint).has_value());
    CHECK(call(loop, endpoint).has_value());
    folder.put("first", "new");
    for (int i = 0; i < 3; ++i) CHECK(call(loop, endpoint).has_value());
    CHECK(server.requests().size() == 5 + 2);
}
