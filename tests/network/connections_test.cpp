// Calls through programs of the system that stand between a worker and its service: a proxy, with and without
// an account, and a server that ends TLS and closes connections which are idle for a second.
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstdlib>
#include <optional>
#include <random>
#include <string>

#include "pipeline/task_group.hpp"
#include "tests/support/installed_server.hpp"
#include "tests/support/kept_log.hpp"
#include "tests/support/run.hpp"
#include "tests/support/scratch_file.hpp"
#include "tools/simulator/running_server.hpp"
#include "worker/http_failure.hpp"
#include "worker/key_credential.hpp"
#include "worker/service_endpoint.hpp"
#include "worker/steady_timeline.hpp"

using namespace std::chrono_literals;
using namespace tests;
namespace asio = boost::asio;

namespace {

const std::string api_key = "the-key-of-the-service";

/// A worker's endpoint, whose calls go to a simulated service behind nginx.
struct network {
    network()
    {
        settings.name = "vectors";
        settings.endpoint = "https://127.0.0.1:" + std::to_string(nginx.port());
        settings.deployment = "d";
        settings.auth.api_key = {config::secret_reference::source::file, key.path()};
        settings.ca_file = ca_file.path();
        settings.max_concurrency = callers;
    }

    void go_through(const tinyproxy& proxy, bool with_account)
    {
        config::proxy_settings through;
        through.host = "127.0.0.1";
        through.port = proxy.port();
        through.named_by = "proxy";
        if (with_account) {
            through.username = "worker";
            through.password = {config::secret_reference::source::file, password.path()};
        }
        settings.proxy = through;
    }

    worker::service_endpoint& endpoint()
    {
        if (!endpoint_) endpoint_.emplace(loop, memory, settings, shows_.emplace(time, log, settings));
        return *endpoint_;
    }

    asio::awaitable<pipeline::result<pipeline::reply>> call()
    {
        pipeline::request ask{.form = &form, .pieces = {}, .trace = std::nullopt};
        ask.pieces.emplace_back("\"some text\"");
        co_return co_await endpoint().call(ask);
    }

    /// Calls one after the other, with a pause before each round in which nginx is about to close the
    /// connection.
    asio::awaitable<void> call_in_rounds(std::size_t rounds, std::size_t calls, std::uint32_t seed)
    {
        std::minstd_rand random{seed};
        std::uniform_int_distribution<int> around{-40, 40};
        asio::steady_timer pause{loop};
        for (std::size_t round = 0; round < rounds; ++round) {
            for (std::size_t i = 0; i < calls; ++i) {
                const auto answer = co_await call();
                ++called;
                if (!answer) failures.push_back(answer.error().code() + ": " + answer.error().detail());
            }
            pause.expires_after(1s + std::chrono::milliseconds{around(random)});
            co_await pause.async_wait(asio::use_awaitable);
        }
    }

    /// One call when the server has closed everything that was open.
    asio::awaitable<void> call_after_silence()
    {
        asio::steady_timer pause{loop};
        pause.expires_after(1500ms);
        co_await pause.async_wait(asio::use_awaitable);
        const auto answer = co_await call();
        ++called;
        if (!answer) failures.push_back(answer.error().code() + ": " + answer.error().detail());
    }

    /// All callers at once, until there have been `wanted` calls.
    void call_all(std::size_t wanted)
    {
        constexpr std::size_t calls_a_round = 10;
        const auto rounds = wanted / (callers * calls_a_round);
        const auto seed = std::random_device{}();
        CAPTURE(seed);
        pipeline::task_group group{loop.get_executor(), time};
        for (std::size_t i = 0; i < callers; ++i)
            group.start(call_in_rounds(rounds, calls_a_round, seed + static_cast<std::uint32_t>(i)));
        loop.restart();
        run(loop, group.join());
        pipeline::task_group last{loop.get_executor(), time};
        for (std::size_t i = 0; i < callers; ++i) last.start(call_after_silence());
        loop.restart();
        run(loop, last.join());
        CHECK(called == wanted + callers);
        CHECK_MESSAGE(failures.empty(), failures.size(),
                      " failed, the first: ", failures.empty() ? "" : failures[0]);

        const auto& opened = endpoint().connections();
        // Otherwise nothing was closed, and nothing has been shown.
        CHECK(opened.connections > callers);
        CHECK(opened.handshakes <= opened.connections);
        CHECK(opened.resumed > 0);
        MESSAGE(called, " calls, ", opened.connections, " connections, ", opened.resumed, " TLS resumed, ",
                endpoint().repeated(), " requests repeated");
        endpoint().close();
    }

    static constexpr std::size_t callers = 100;

    simulator::running_server service{with_key()};
    simulator::certificate_pair identity = simulator::self_signed_certificate("127.0.0.1");
    scratch_file ca_file{identity.certificate};
    scratch_file key{api_key};
    scratch_file password{"secret of the proxy"};
    nginx_terminator nginx{identity, service.port()};
    config::deployment_settings settings;
    asio::io_context loop;
    worker::steady_timeline time{loop.get_executor()};
    kept_log log;
    pipeline::byte_pool memory{1024 * 1024};
    pipeline::shape form;
    std::size_t called = 0;
    std::vector<std::string> failures;

private:
    static simulator::options with_key()
    {
        simulator::options made;
        made.api_key = api_key;
        return made;
    }
    std::optional<worker::key_credential> shows_;
    std::optional<worker::service_endpoint> endpoint_;
};

/// 2,000, or BATCHMILL_TEST_CALLS.
std::size_t wanted_calls()
{
    const char* const said = std::getenv("BATCHMILL_TEST_CALLS");
    return said == nullptr ? 2'000 : std::stoul(said);
}

}  // namespace

TEST_CASE("no call fails because a server that ends TLS closes connections which are idle for a second")
{
    network between;
    between.call_all(wanted_calls());
}

TEST_CASE("no call fails on its way through a proxy, which never sees what the service is shown")
{
    network between;
    const tinyproxy proxy;
    between.go_through(proxy, false);
    between.call_all(wanted_calls());
    const auto seen = proxy.log("log");
    CHECK(seen.find("CONNECT 127.0.0.1:" + std::to_string(between.nginx.port())) != std::string::npos);
    CHECK(seen.find(api_key) == std::string::npos);
}

TEST_CASE("no call fails on its way through a proxy that wants an account")
{
    network between;
    const tinyproxy proxy{"worker secretoftheproxy"};
    const scratch_file right{"secretoftheproxy\n"};
    between.go_through(proxy, true);
    between.settings.proxy->password->name = right.path();
    between.call_all(wanted_calls());
}

TEST_CASE("without the account that a proxy wants, or with a wrong one, the failure says what to set")
{
    for (const bool with_account : {false, true}) {
        network between;
        const tinyproxy proxy{"worker secretoftheproxy"};
        between.go_through(proxy, with_account);
        const auto refused = run(between.loop, between.call());
        REQUIRE(refused.has_error());
        const auto expected =
            with_account ? "refuses the account that it is shown" : "wants to know who asks";
        CHECK_MESSAGE(refused.error().detail().find(expected) != std::string::npos, refused.error().detail());
        CHECK(refused.error().detail().find("secret") == std::string::npos);
    }
}

TEST_CASE("plain HTTP passes a proxy too")
{
    network between;
    const tinyproxy proxy;
    between.settings.endpoint = between.service.base_url();
    between.go_through(proxy, false);
    for (int i = 0; i < 3; ++i) CHECK(run(between.loop, between.call()).has_value());
    CHECK(proxy.log("log").find("POST http://127.0.0.1:" + std::to_string(between.service.port())) !=
          std::string::npos);
    between.endpoint().close();
}

TEST_CASE("after a restart of the proxy calls go on")
{
    network between;
    tinyproxy proxy;
    between.go_through(proxy, false);
    CHECK(run(between.loop, between.call()).has_value());
    proxy.restart();
    CHECK(run(between.loop, between.call()).has_value());
    between.endpoint().close();
}
