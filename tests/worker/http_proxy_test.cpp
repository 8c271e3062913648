// What is said to a proxy, and what becomes of what it says. Through real ones: tests/network.
#include <doctest/doctest.h>

#include <cstdlib>
#include <string>

#include "tests/support/run.hpp"
#include "tests/support/scratch_file.hpp"
#include "tests/support/scripted_server.hpp"
#include "worker/absolute_form.hpp"
#include "worker/http_failure.hpp"
#include "worker/http_pool.hpp"
#include "worker/token_server.hpp"

using namespace std::chrono_literals;
using namespace tests;
using pipeline::errc;
namespace asio = boost::asio;
namespace code = worker::http_failure;

namespace {

/// Asks http://service.test or https://service.test, which only a proxy could find, for "/x".
struct proxy_rig {
    explicit proxy_rig(std::vector<script> connections) : server{std::move(connections)}
    {
        settings.host = "127.0.0.1";
        settings.port = server.port();
        settings.named_by = "proxy";
    }

    void show_account(const std::string& username)
    {
        settings.username = username;
        settings.password = {config::secret_reference::source::file, password.path()};
    }

    pipeline::result<worker::http_answer> ask(worker::tls_context* with_tls)
    {
        proxy.emplace(loop, settings);
        worker::http_pool pool{loop, "service.test", 8443, timeouts, with_tls, 1, &*proxy};
        auto answer = run(loop, ask_over(pool));
        pool.close_all();
        return answer;
    }
    pipeline::result<worker::http_answer> ask_https() { return ask(&tls); }
    pipeline::result<worker::http_answer> ask_http() { return ask(nullptr); }

    asio::awaitable<pipeline::result<worker::http_answer>> ask_over(worker::http_pool& pool)
    {
        const auto by = config::clock::now() + 1min;
        auto lease = co_await pool.borrow(by);
        if (!lease) co_return lease.error();
        const worker::http_request question{
            .head =
                "POST /x?y=http://z HTTP/1.1\r\nHost: service.test\r\napi-key: hidden\r\nContent-Length: "
                "2\r\n\r\n",
            .body = "{}"};
        const worker::exchange_limits limits{
            .longest_body = config::bytes{1000}, .first_byte = 1min, .complete_by = by};
        co_return co_await lease->connection().exchange(question, limits, memory);
    }

    scratch_file password{"pa:ss word\n"};
    asio::io_context loop;
    scripted_server server;
    config::proxy_settings settings;
    config::call_timeouts timeouts;
    std::optional<worker::proxy_hop> proxy;
    worker::tls_context tls{std::nullopt};
    pipeline::byte_pool memory{1024};
};

/// A proxy that answers a CONNECT, and waits for what comes then.
script connecting(std::string answer)
{
    return [answer = std::move(answer)](peer& client) {
        client.read_request();
        client.send(answer);
        client.stall();
    };
}

}  // namespace

TEST_CASE("a proxy is told the server's name in a CONNECT, and nothing of the request")
{
    proxy_rig rig{{connecting("HTTP/1.1 403 Filtered\r\n\r\n")}};
    CHECK(rig.ask_https().has_error());
    CHECK(rig.server.requests() ==
          std::vector<std::string>{"CONNECT service.test:8443 HTTP/1.1\r\nHost: service.test:8443\r\n\r\n"});
}

TEST_CASE("an account is shown to the proxy, from the file or from the URL of a variable")
{
    SUBCASE("of the file")
    {
        proxy_rig rig{{connecting("HTTP/1.1 403 Filtered\r\n\r\n")}};
        rig.show_account("us er");
        CHECK(rig.ask_https().has_error());
        // echo -n 'us er:pa:ss word' | base64
        CHECK(rig.server.requests().at(0).find(
                  "\r\nProxy-Authorization: Basic dXMgZXI6cGE6c3Mgd29yZA==\r\n") != std::string::npos);
    }
    SUBCASE("of a URL, percent-encoded")
    {
        proxy_rig rig{{connecting("HTTP/1.1 403 Filtered\r\n\r\n")}};
        ::setenv("BATCHMILL_TEST_PROXY", "http://us%20er:pa%3Ass%20word@p.test:3128", 1);
        rig.settings.password = {config::secret_reference::source::environment, "BATCHMILL_TEST_PROXY"};
        CHECK(rig.ask_https().has_error());
        CHECK(rig.server.requests().at(0).find(
                  "\r\nProxy-Authorization: Basic dXMgZXI6cGE6c3Mgd29yZA==\r\n") != std::string::npos);
    }
}

TEST_CASE("a password that is missing is named at the start, and when it goes later")
{
    proxy_rig rig{{}};
    rig.show_account("me");
    rig.settings.password->name = "/nowhere/password";
    CHECK_THROWS_WITH_AS((worker::proxy_hop{rig.loop, rig.settings}), doctest::Contains("/nowhere/password"),
                         std::runtime_error);
}

TEST_CASE("a proxy that wants an account, or another one, stops the deployment and says what to set")
{
    const std::string answer =
        "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n"
        "Content-Length: 5\r\n\r\nhello";
    for (const bool tunnelled : {true, false}) {
        CAPTURE(tunnelled);
        proxy_rig rig{{connecting(answer), connecting(answer), connecting(answer)}};
        const auto ask = [&] { return tunnelled ? rig.ask_https() : rig.ask_http(); };
        auto refused = ask();
        REQUIRE(refused.has_error());
        CHECK(refused.error().reason() == errc::deployment_stopped);
        CHECK(refused.error().code() == code::proxy_account);
        CHECK(refused.error().detail().find("(407): set username and password of proxy") !=
              std::string::npos);

        rig.show_account("me");
        refused = ask();
        REQUIRE(refused.has_error());
        CHECK(refused.error().detail().find("refuses the account that it is shown (407)") !=
              std::string::npos);
        CHECK(refused.error().detail().find("pa:ss") == std::string::npos);

        rig.settings.username.clear();
        rig.settings.password.reset();
        rig.settings.named_by = "HTTPS_PROXY";
        rig.settings.named_in = config::proxy_settings::origin::environment;
        refused = ask();
        REQUIRE(refused.has_error());
        CHECK(refused.error().detail().find("the URL of HTTPS_PROXY") != std::string::npos);
    }
}

TEST_CASE(
    "a proxy that does not allow the server stops the deployment, one that cannot reach it is tried again")
{
    struct row {
        std::string status;
        errc reason;
        std::string words;
    };
    const std::vector<row> rows{
        {"403 Filtered", errc::deployment_stopped, "does not connect to service.test:8443 (403)"},
        {"405 No", errc::deployment_stopped, "it has to allow CONNECT"},
        {"302 Found", errc::deployment_stopped, "does not connect to service.test:8443 (302)"},
        {"429 Later", errc::transient, "cannot reach service.test:8443 (429)"},
        {"502 Bad Gateway", errc::transient, "cannot reach service.test:8443 (502)"},
        {"504 Gateway Timeout", errc::transient, "cannot reach"},
    };
    for (const auto& each : rows) {
        CAPTURE(each.status);
        proxy_rig rig{
            {connecting("HTTP/1.1 " + each.status + "\r\nLocation: http://elsewhere.test\r\n\r\n")}};
        const auto refused = rig.ask_https();
        REQUIRE(refused.has_error());
        CHECK(refused.error().reason() == each.reason);
        CHECK(refused.error().code() == code::proxy);
        CHECK_MESSAGE(refused.error().detail().find(each.words) != std::string::npos,
                      refused.error().detail());
    }
}

TEST_CASE("a proxy that goes, talks nonsense, or talks before the server can, is a failure of the connection")
{
    const std::string good = "HTTP/1.1 200 Connection established\r\n\r\n";
    for (std::size_t size = 0; size < good.size(); ++size) {
        CAPTURE(size);
        proxy_rig rig{{answering(good.substr(0, size))}};
        const auto broken = rig.ask_https();
        REQUIRE(broken.has_error());
        CHECK(broken.error().reason() == errc::transient);
        CHECK(broken.error().code() == code::proxy);
    }
    for (const std::string nonsense : {"220 smtp.test\r\n\r\n", "\x16\x03\x01", "\r\n\r\n\r\n"}) {
        proxy_rig rig{{connecting(nonsense + std::string(64, 'x') + "\r\n\r\n")}};
        CHECK(rig.ask_https().error().code() == code::proxy);
    }
    proxy_rig rig{{connecting(good + "HTTP/1.1 200 OK\r\n\r\n")}};
    CHECK(rig.ask_https().error().code() == code::garbage);
}

TEST_CASE("a proxy that connects for too long is given up, and one that is not there is named")
{
    proxy_rig rig{{[](peer& client) { client.stall(); }}};
    rig.timeouts.connect = 50ms;
    const auto late = rig.ask_https();
    REQUIRE(late.has_error());
    CHECK(late.error().code() == code::timeout_connect);
    CHECK(late.error().detail().find("has not connected to service.test:8443 in time") != std::string::npos);

    proxy_rig gone{{}};
    gone.settings.host = "127.0.0.2";
    const auto refused = gone.ask_https();
    REQUIRE(refused.has_error());
    CHECK(refused.error().code() == code::connect);
    CHECK(refused.error().detail().starts_with("cannot connect to the proxy 127.0.0.2:"));
}

TEST_CASE("without TLS the proxy is given the whole request, for the whole URL")
{
    proxy_rig rig{{answering(http_text("200 OK", "", "hello"))}};
    rig.show_account("me");
    const auto answer = rig.ask_http();
    REQUIRE(answer.has_value());
    CHECK(answer->body.view() == "hello");
    CHECK(rig.server.requests() ==
          std::vector<std::string>{"POST http://service.test:8443/x?y=http://z HTTP/1.1\r\n"
                                   "Proxy-Authorization: Basic bWU6cGE6c3Mgd29yZA==\r\n"
                                   "Host: service.test\r\napi-key: hidden\r\nContent-Length: 2\r\n\r\n{}"});
}

TEST_CASE("a sign-in goes through its proxy, and shows it no secret")
{
    proxy_rig rig{{connecting("HTTP/1.1 403 Filtered\r\n\r\n")}};
    worker::token_server authority{
        rig.loop,    "https://login.test/t", worker::token_server::distance::network,
        "authority", std::nullopt,           rig.settings};
    const worker::token_request question{.target = "/t", .headers = {}, .form = "client_secret=hidden"};
    const auto refused = run(rig.loop, authority.ask(question));
    REQUIRE(refused.has_error());
    CHECK(refused.error().code() == code::proxy);
    CHECK(rig.server.requests() ==
          std::vector<std::string>{"CONNECT login.test:443 HTTP/1.1\r\nHost: login.test:443\r\n\r\n"});
}
