#include <doctest/doctest.h>

#include <set>
#include <string>
#include <vector>

#include "tests/worker/http_rig.hpp"
#include "worker/http_failure.hpp"

using namespace std::chrono_literals;
using namespace tests;
using pipeline::errc;
namespace code = worker::http_failure;

namespace {

/// Answers one request with the beginning of `answer`, and is gone.
script cutting(std::string answer, std::size_t after) { return answering(answer.substr(0, after)); }

/// As cutting, but with a reset, by which also bytes can get lost that were sent before.
script resetting(std::string answer, std::size_t after)
{
    return [answer = std::move(answer), after](peer& client) {
        client.read_request();
        client.send(std::string_view{answer}.substr(0, after));
        client.end_with_reset();
    };
}

script stalling(std::string answer)
{
    return [answer = std::move(answer)](peer& client) {
        client.read_request();
        client.send(answer);
        client.stall();
    };
}

void check_failure(http_rig& rig, errc reason, std::string_view expected)
{
    const auto answer = rig.open_and_exchange();
    REQUIRE(answer.has_error());
    CHECK(static_cast<int>(answer.error().reason()) == static_cast<int>(reason));
    CHECK(answer.error().code() == expected);
    CHECK_FALSE(answer.error().detail().empty());
    CHECK_FALSE(rig.connection.is_reusable());
}

const std::string sized = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789";
const std::string chunked =
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n";

}  // namespace

TEST_CASE("an answer that is cut after any of its bytes is a failure, never half an answer")
{
    for (const auto& answer : {sized, chunked}) {
        for (std::size_t after = 0; after < answer.size(); ++after) {
            CAPTURE(answer);
            CAPTURE(after);
            http_rig rig{{cutting(answer, after)}};
            check_failure(rig, errc::transient, after == 0 ? code::reset : code::cut_short);
        }
    }
}

TEST_CASE("an answer that is broken off by a reset after any of its bytes is a failure")
{
    const std::set<std::string_view> possible{code::reset, code::cut_short};
    for (const auto& answer : {sized, chunked}) {
        for (std::size_t after = 0; after < answer.size(); ++after) {
            CAPTURE(after);
            http_rig rig{{resetting(answer, after)}};
            const auto broken = rig.open_and_exchange();
            REQUIRE(broken.has_error());
            CHECK(possible.contains(broken.error().code()));
            CHECK_FALSE(rig.connection.is_reusable());
        }
    }
}

TEST_CASE("an answer that does not begin in time is given up")
{
    http_rig rig{{stalling("")}};
    rig.timeouts.first_byte = 20ms;
    check_failure(rig, errc::timed_out, code::timeout_first_byte);
}

TEST_CASE("an answer that begins but does not end in time is given up, wherever it stands still")
{
    for (const auto& answer : {sized, chunked}) {
        for (const std::size_t after : {std::size_t{1}, std::size_t{30}, answer.size() - 1}) {
            CAPTURE(answer);
            CAPTURE(after);
            http_rig rig{{stalling(answer.substr(0, after))}};
            rig.timeouts.whole = 50ms;
            check_failure(rig, errc::timed_out, code::timeout_whole);
        }
    }
}

TEST_CASE("a request that nobody takes off the wire is given up")
{
    const std::string head = "POST /x HTTP/1.1\r\nContent-Length: 67108864\r\n\r\n";
    const std::string body(64 * 1024 * 1024, 'b');
    http_rig rig{{[](peer& client) {
        client.read_head();
        client.wait_unread();
    }}};
    rig.timeouts.first_byte = 50ms;
    REQUIRE(rig.open().has_value());
    const auto answer = rig.exchange(head, body);
    REQUIRE(answer.has_error());
    CHECK(answer.error().code() == code::timeout_first_byte);
}

TEST_CASE("what is not an answer in HTTP/1.x is garbage")
{
    const std::vector<std::string> answers{
        "SSH-2.0-OpenSSH_9.2\r\n\r\n",
        std::string("\0\1\2\3\xFF\xFE", 6) + std::string(500, '\x80'),
        "HTTP/2.0 200 OK\r\n\r\n",
        "HTTP/1.1 2x0 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: ten\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nBad Header: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX: " + std::string(40'000, 'x') + "\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFF\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxyz\r\n\r\n",
    };
    for (const auto& each : answers) {
        CAPTURE(each.substr(0, 80));
        http_rig rig{{stalling(each)}};
        check_failure(rig, errc::transient, code::garbage);
    }
}

TEST_CASE("an answer above the limit is refused, before memory is taken for it")
{
    const std::vector<std::string> answers{
        "HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\nx",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\n" + std::string(100, 'x') + "\r\n1\r\nx",
        "HTTP/1.0 200 OK\r\n\r\n" + std::string(101, 'x'),
    };
    for (const auto& each : answers) {
        CAPTURE(each.substr(0, 80));
        http_rig rig{{stalling(each)}};
        rig.longest_body = config::bytes{100};
        check_failure(rig, errc::transient, code::body_limit);
    }
    http_rig rig{{stalling(http_text("200 OK", "", std::string(100, 'x')))}};
    rig.longest_body = config::bytes{100};
    CHECK(rig.open_and_exchange().has_value());
}

TEST_CASE("a call that is cancelled throws operation_aborted wherever it stands, and lets the connection go")
{
    for (const std::string sent :
         {"", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0"}) {
        CAPTURE(sent);
        http_rig rig{{stalling(sent)}};
        REQUIRE(rig.open().has_value());
        const auto asked = [&rig] { return !rig.server.requests().empty(); };
        CHECK_THROWS_WITH_AS(run_and_cancel(rig.loop, rig.exchanging({http_rig::question, "{}"}), asked),
                             doctest::Contains("Operation canceled"), boost::system::system_error);
        CHECK_FALSE(rig.connection.is_reusable());
    }
}
