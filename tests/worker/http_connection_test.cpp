#include "worker/http_connection.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>

#include "tests/worker/http_rig.hpp"

using namespace std::chrono_literals;
using namespace tests;

namespace {

script sending(std::vector<std::string> pieces)
{
    return [pieces = std::move(pieces)](peer& client) {
        client.read_request();
        for (const auto& each : pieces) client.send(each);
        client.stall();
    };
}

}  // namespace

TEST_CASE("an answer comes back with its status, its headers and its body")
{
    http_rig rig{
        {sending({http_text("200 OK", "X-Request-Id: abc\r\nConnection: keep-alive\r\n", "hello")})}};
    const auto answer = rig.open_and_exchange();
    REQUIRE(answer.has_value());
    CHECK(answer->status == 200);
    CHECK(answer->headers.find("x-request-id") == "abc");
    CHECK(answer->body.view() == "hello");
    CHECK(rig.connection.is_reusable());
    CHECK(rig.server.requests() == std::vector<std::string>{std::string{http_rig::question} + "{}"});
}

TEST_CASE("any status is an answer, redirects too")
{
    for (const std::string status : {"301 Moved", "404 Not Found", "429 Too Many Requests", "500 Oops"}) {
        CAPTURE(status);
        http_rig rig{{sending({http_text(status, "Location: https://elsewhere.test/\r\n", "why")})}};
        const auto answer = rig.open_and_exchange();
        REQUIRE(answer.has_value());
        CHECK(answer->status == std::stoi(status));
        CHECK(answer->body.view() == "why");
    }
}

TEST_CASE("several exchanges use the same connection")
{
    http_rig rig{{[](peer& client) {
        for (const std::string body : {"one", "two", "three"}) {
            client.read_request();
            client.send(http_text("200 OK", "", body));
        }
        client.stall();
    }}};
    REQUIRE(rig.open().has_value());
    for (const std::string body : {"one", "two", "three"}) {
        const auto answer = rig.exchange();
        REQUIRE(answer.has_value());
        CHECK(answer->body.view() == body);
        CHECK(rig.connection.is_reusable());
    }
}

TEST_CASE("a body arrives whole, however it is cut into packets")
{
    const std::string large(3'000'000, 'v');
    const auto text = http_text("200 OK", "", large);
    SUBCASE("at once") {}
    SUBCASE("within the header")
    {
        http_rig rig{{sending({text.substr(0, 9), text.substr(9, 13), text.substr(22)})}};
        const auto answer = rig.open_and_exchange();
        REQUIRE(answer.has_value());
        CHECK(answer->body.view() == large);
    }
    SUBCASE("behind the header")
    {
        const auto body_at = text.size() - large.size();
        http_rig rig{{sending({text.substr(0, body_at), text.substr(body_at, 1), text.substr(body_at + 1)})}};
        const auto answer = rig.open_and_exchange();
        REQUIRE(answer.has_value());
        CHECK(answer->body.view() == large);
    }
    http_rig rig{{sending({text})}};
    const auto answer = rig.open_and_exchange();
    REQUIRE(answer.has_value());
    CHECK(answer->body.view() == large);
    CHECK(rig.connection.is_reusable());
}

TEST_CASE("chunks are put together, with extensions and trailers, and the connection stays of use")
{
    const std::string large(200'000, 'c');
    http_rig rig{{sending({"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4;name=value\r\nfour\r",
                           "\n30d4", "0\r\n" + large + "\r\n0\r\nTrailer: x\r\n\r\n"})}};
    const auto answer = rig.open_and_exchange();
    REQUIRE(answer.has_value());
    CHECK(answer->body.view() == "four" + large);
    CHECK(rig.connection.is_reusable());
}

TEST_CASE("a body may end with the connection, which then is of no more use")
{
    for (const std::string head :
         {"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", "HTTP/1.0 200 OK\r\n\r\n"}) {
        CAPTURE(head);
        http_rig rig{{answering(head + "to the end")}};
        const auto answer = rig.open_and_exchange();
        REQUIRE(answer.has_value());
        CHECK(answer->body.view() == "to the end");
        CHECK_FALSE(rig.connection.is_reusable());
    }
}

TEST_CASE("answers without a body are complete at once")
{
    for (const std::string text :
         {"HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"}) {
        CAPTURE(text);
        http_rig rig{{sending({text})}};
        const auto answer = rig.open_and_exchange();
        REQUIRE(answer.has_value());
        CHECK(answer->body.view().empty());
        CHECK(rig.connection.is_reusable());
    }
}

TEST_CASE("interim answers are passed over, and a change of protocol ends the connection")
{
    http_rig rig{{sending({"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n",
                           http_text("200 OK", "", "real")})}};
    const auto answer = rig.open_and_exchange();
    REQUIRE(answer.has_value());
    CHECK(answer->status == 200);
    CHECK(answer->body.view() == "real");

    http_rig switching{{sending({"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"})}};
    const auto switched = switching.open_and_exchange();
    REQUIRE(switched.has_value());
    CHECK(switched->status == 101);
    CHECK_FALSE(switching.connection.is_reusable());
}

TEST_CASE("an answer that comes before the whole request was read is heard")
{
    const std::string head = "POST /x HTTP/1.1\r\nContent-Length: 33554432\r\n\r\n";
    const std::string body(32 * 1024 * 1024, 'b');
    const auto refusal = http_text("413 Too Large", "Connection: close\r\n", "too large");

    http_rig rig{{[&](peer& client) {
        client.read_head();
        client.send(refusal);
        client.end_with_reset();
    }}};
    REQUIRE(rig.open().has_value());
    const auto answer = rig.exchange(head, body);
    REQUIRE(answer.has_value());
    CHECK(answer->status == 413);
    CHECK(answer->body.view() == "too large");
    CHECK_FALSE(rig.connection.is_reusable());
}

TEST_CASE("bytes that nobody asked for make a connection unusable")
{
    SUBCASE("with the answer")
    {
        http_rig rig{{sending({http_text("200 OK", "", "hello") + "HTTP/1.1 408 Bye\r\n\r\n"})}};
        REQUIRE(rig.open_and_exchange().has_value());
        CHECK_FALSE(rig.connection.is_reusable());
    }
    SUBCASE("with a chunked answer")
    {
        http_rig rig{
            {sending({"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\nmore"})}};
        REQUIRE(rig.open_and_exchange().has_value());
        CHECK_FALSE(rig.connection.is_reusable());
    }
}

TEST_CASE("a peer that closes an idle connection is noticed before it is used again")
{
    http_rig rig{{answering(http_text("200 OK", "", "hello"))}};
    REQUIRE(rig.open_and_exchange().has_value());
    // The end of the stream is on its way; without the look at the socket this would never be over.
    while (rig.connection.is_reusable()) std::this_thread::yield();
    CHECK_FALSE(rig.connection.is_reusable());
}

TEST_CASE("a call ends when it is cancelled, at whichever of its steps")
{
    for (const std::string_view begun :
         {"HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel"}) {
        for (int steps = 1; steps <= 12; ++steps) {
            CAPTURE(begun);
            CAPTURE(steps);
            std::atomic<bool> sent = false;
            http_rig rig{{[&](peer& client) {
                client.send(begun);
                sent = true;
                sent.notify_one();
                client.stall();
            }}};
            REQUIRE(rig.open().has_value());
            sent.wait(false);
            rig.timeouts.first_byte = rig.timeouts.whole = 2s;  // ends what has not heard of it, as a failure
            const auto gone = [left = steps]() mutable { return left-- == 0; };
            CHECK_THROWS_AS(run_and_cancel(rig.loop, rig.exchanging({http_rig::question, "{}"}), gone),
                            boost::system::system_error);
        }
    }
}
