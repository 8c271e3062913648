#include <doctest/doctest.h>

#include <atomic>
#include <optional>
#include <string>

#include "tests/support/scratch_file.hpp"
#include "tests/worker/http_rig.hpp"
#include "worker/http_failure.hpp"
#include "worker/tls_context.hpp"

using namespace std::chrono_literals;
using namespace tests;
namespace code = worker::http_failure;

namespace {

/// A server with a certificate for `name`, and a client that trusts just that certificate.
struct tls_rig {
    tls_rig(const std::string& name, std::vector<script> connections, std::string host = "localhost")
        : identity{simulator::self_signed_certificate(name)},
          ca_file{identity.certificate},
          tls{ca_file.path()},
          http{std::move(connections), std::move(host), &identity, &tls}
    {}

    simulator::certificate_pair identity;
    scratch_file ca_file;
    worker::tls_context tls;
    http_rig http;
};

script stalling(std::string answer)
{
    return [answer = std::move(answer)](peer& client) {
        client.read_request();
        client.send(answer);
        client.stall();
    };
}

const script answers_hello = stalling(http_text("200 OK", "", "hello"));

}  // namespace

TEST_CASE("a certificate that leads to the CA file and names the host is accepted")
{
    for (const std::string host : {"localhost", "127.0.0.1"}) {
        CAPTURE(host);
        tls_rig rig{host, {answers_hello}, host};
        const auto answer = rig.http.open_and_exchange();
        REQUIRE(answer.has_value());
        CHECK(answer->body.view() == "hello");
        CHECK(rig.http.connection.is_reusable());
    }
}

TEST_CASE("a certificate for another host is refused")
{
    for (const std::string certificate : {"elsewhere.test", "*.localhost", "127.0.0.1"}) {
        CAPTURE(certificate);
        tls_rig rig{certificate, {answers_hello}};
        const auto opened = rig.http.open();
        REQUIRE(opened.has_error());
        CHECK(opened.error().code() == code::tls);
        CHECK(opened.error().detail().find("hostname mismatch") != std::string::npos);
        CHECK_FALSE(rig.http.connection.is_reusable());
    }
    tls_rig rig{"127.0.0.2", {answers_hello}, "127.0.0.1"};
    CHECK(rig.http.open().error().code() == code::tls);
}

TEST_CASE("a certificate of an unknown authority is refused, and the setting is named")
{
    const auto identity = simulator::self_signed_certificate("localhost");
    const auto other = simulator::self_signed_certificate("localhost");
    const scratch_file ca_file{other.certificate};
    for (const auto& trusted : {std::optional<std::string>{}, std::optional{ca_file.path()}}) {
        worker::tls_context tls{trusted};
        http_rig rig{{answers_hello}, "localhost", &identity, &tls};
        const auto opened = rig.open();
        REQUIRE(opened.has_error());
        CHECK(opened.error().code() == code::tls);
        CHECK(opened.error().detail().find("ca_file") != std::string::npos);
    }
}

TEST_CASE("a CA file that cannot be read is named when the worker starts")
{
    const scratch_file broken{"not a certificate"};
    CHECK_THROWS_WITH_AS(worker::tls_context{std::string{"/nowhere/ca.pem"}},
                         doctest::Contains("/nowhere/ca.pem"), std::runtime_error);
    CHECK_THROWS_WITH_AS(worker::tls_context{broken.path()}, doctest::Contains(broken.path().c_str()),
                         std::runtime_error);
}

TEST_CASE("a server that does not speak TLS is a failure of the handshake")
{
    const scratch_file ca_file{simulator::self_signed_certificate("localhost").certificate};
    worker::tls_context tls{ca_file.path()};
    const std::vector<script> servers{
        [](peer& client) { client.send("HTTP/1.1 400 Bad Request\r\n\r\n"); },
        [](peer& client) { client.send(std::string(5, '\x16')); },
        [](peer&) {},
        [](peer& client) { client.end_with_reset(); },
    };
    for (const auto& each : servers) {
        http_rig rig{{each}, "localhost", nullptr, &tls};
        const auto opened = rig.open();
        REQUIRE(opened.has_error());
        CHECK(opened.error().code() == code::tls);
    }
}

TEST_CASE("a handshake that stands still is given up in time, or when it is cancelled")
{
    const scratch_file ca_file{simulator::self_signed_certificate("localhost").certificate};
    worker::tls_context tls{ca_file.path()};
    http_rig rig{{[](peer& client) { client.stall(); }}, "127.0.0.1", nullptr, &tls};
    SUBCASE("in time")
    {
        rig.timeouts.tls = 20ms;
        const auto opened = rig.open();
        REQUIRE(opened.has_error());
        CHECK(opened.error().code() == code::timeout_tls);
    }
    SUBCASE("when it is cancelled")
    {
        auto opening = rig.connection.open(rig.where, rig.timeouts, config::clock::now() + 1min);
        const auto greeted = [&rig] { return rig.server.received() > 0; };
        CHECK_THROWS_AS(run_and_cancel(rig.loop, std::move(opening), greeted), boost::system::system_error);
    }
    CHECK_FALSE(rig.connection.is_reusable());
}

TEST_CASE("large requests and answers pass through TLS unchanged, several on one connection")
{
    const std::string body(1'000'000, 'q');
    const std::string answer_body(3'000'000, 'a');
    const auto head = "POST /x HTTP/1.1\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n";
    tls_rig rig{"localhost", {[&](peer& client) {
                    for (int i = 0; i < 3; ++i) {
                        client.read_request();
                        client.send(http_text("200 OK", "", answer_body));
                    }
                    client.stall();
                }}};
    REQUIRE(rig.http.open().has_value());
    for (std::size_t i = 1; i <= 3; ++i) {
        const auto answer = rig.http.exchange(head, body);
        REQUIRE(answer.has_value());
        CHECK(answer->body.view() == answer_body);
        CHECK(rig.http.connection.is_reusable());
        CHECK(rig.http.server.requests().size() == i);
    }
    CHECK(rig.http.server.requests().back() == head + body);
}

TEST_CASE("over TLS too an answer that is cut after any of its bytes is a failure")
{
    const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabcd";
    tls_rig rig{"localhost", {}};
    for (std::size_t after = 0; after < answer.size(); ++after) {
        CAPTURE(after);
        http_rig each{{answering(answer.substr(0, after))}, "localhost", &rig.identity, &rig.tls};
        const auto broken = each.open_and_exchange();
        REQUIRE(broken.has_error());
        CHECK(broken.error().code() == (after == 0 ? code::reset : code::cut_short));
    }
}

TEST_CASE("over TLS too a connection on which more came than was asked for is not used again")
{
    const std::string body(8'000, 'b');  // so long that what follows stays within OpenSSL, which has read it
    for (const std::string_view more : {"", "HTTP/1.1 200 OK\r\n\r\n"}) {
        CAPTURE(more);
        tls_rig rig{"localhost", {stalling(http_text("200 OK", "", body).append(more))}};
        const auto answer = rig.http.open_and_exchange();
        REQUIRE(answer.has_value());
        CHECK(answer->body.view() == body);
        CHECK(rig.http.connection.is_reusable() == more.empty());
    }
}

TEST_CASE("over TLS a connection that has ended with its answer is not used again, also while it stands open")
{
    tls_rig rig{"localhost", {[](peer& client) {
                    client.read_request();
                    client.send_last(http_text("200 OK", "", "hello"));
                }}};
    const auto answer = rig.http.open_and_exchange();
    REQUIRE(answer.has_value());
    CHECK(answer->body.view() == "hello");
    CHECK_FALSE(rig.http.connection.is_reusable());
}

TEST_CASE("over TLS the end of the connection without its goodbye is no end of a body")
{
    tls_rig rig{"localhost", {answering("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhalf")}};
    const auto answer = rig.http.open_and_exchange();
    REQUIRE(answer.has_error());
    CHECK(answer.error().code() == code::cut_short);
}

TEST_CASE("a call over TLS ends when it is cancelled, at whichever of its steps")
{
    for (int steps = 1; steps <= 12; ++steps) {
        CAPTURE(steps);
        std::atomic<bool> sent = false;
        tls_rig rig{"localhost", {[&sent](peer& client) {
                        client.send("HTTP/1.1 200 OK\r\nContent-Le");
                        sent = true;
                        sent.notify_one();
                        client.stall();
                    }}};
        REQUIRE(rig.http.open().has_value());
        sent.wait(false);
        rig.http.timeouts.first_byte = 2s;  // ends what has not heard of it, as a failure
        const auto gone = [left = steps]() mutable { return left-- == 0; };
        CHECK_THROWS_AS(run_and_cancel(rig.http.loop, rig.http.exchanging({http_rig::question, "{}"}), gone),
                        boost::system::system_error);
    }
}

TEST_CASE("a call over TLS can be cancelled and given up")
{
    tls_rig rig{"localhost", {stalling("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0")}};
    REQUIRE(rig.http.open().has_value());
    SUBCASE("cancelled")
    {
        const auto asked = [&rig] { return !rig.http.server.requests().empty(); };
        CHECK_THROWS_AS(run_and_cancel(rig.http.loop, rig.http.exchanging({http_rig::question, "{}"}), asked),
                        boost::system::system_error);
    }
    SUBCASE("given up")
    {
        rig.http.timeouts.whole = 50ms;
        const auto answer = rig.http.exchange();
        REQUIRE(answer.has_error());
        CHECK(answer.error().code() == code::timeout_whole);
    }
    CHECK_FALSE(rig.http.connection.is_reusable());
}
