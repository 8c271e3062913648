#include <doctest/doctest.h>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <optional>
#include <string>
#include <vector>

#include "tests/support/run.hpp"
#include "tests/worker/http_rig.hpp"
#include "worker/host_lookup.hpp"
#include "worker/http_failure.hpp"

using namespace std::chrono_literals;
using namespace tests;
namespace asio = boost::asio;
namespace code = worker::http_failure;

namespace {

config::time_point soon() { return config::clock::now() + 1min; }

/// A listener whose queue is full: what connects next is neither taken nor refused.
class full_listener {
public:
    full_listener()
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        REQUIRE(::bind(listener_, as_general(address), size) == 0);
        REQUIRE(::listen(listener_, 0) == 0);
        ::getsockname(listener_, as_general(address), &size);
        port_ = ntohs(address.sin_port);
        for (const int each : queued_) ::connect(each, as_general(address), size);
    }
    ~full_listener()
    {
        ::close(listener_);
        for (const int each : queued_) ::close(each);
    }
    full_listener(const full_listener&) = delete;
    full_listener& operator=(const full_listener&) = delete;

    [[nodiscard]] std::uint16_t port() const { return port_; }

private:
    static sockaddr* as_general(sockaddr_in& address) { return reinterpret_cast<sockaddr*>(&address); }
    static int new_socket(int flags) { return ::socket(AF_INET, SOCK_STREAM | flags, 0); }

    int listener_ = new_socket(0);
    std::vector<int> queued_{new_socket(SOCK_NONBLOCK), new_socket(SOCK_NONBLOCK), new_socket(SOCK_NONBLOCK)};
    std::uint16_t port_ = 0;
};

}  // namespace

TEST_CASE("an address needs no lookup")
{
    asio::io_context loop;
    for (const std::string host : {"127.0.0.1", "::1"}) {
        CAPTURE(host);
        worker::host_lookup where{loop, host, 443};
        const auto found = run(loop, where.find(soon()));
        REQUIRE(found.has_value());
        REQUIRE(found->size() == 1);
        CHECK(found->front().address().to_string() == host);
        CHECK(found->front().port() == 443);
    }
}

TEST_CASE("a name without an address is a failure that names it")
{
    asio::io_context loop;
    const std::string host = std::string(64, 'a') + ".test";  // a label has 63 letters at most
    worker::host_lookup where{loop, host, 443};
    const auto found = run(loop, where.find(soon()));
    REQUIRE(found.has_error());
    CHECK(found.error().code() == code::lookup);
    CHECK(found.error().detail().find(host) != std::string::npos);
}

TEST_CASE("those who look for a host at the same time share the answer, and those who leave do not disturb")
{
    asio::io_context loop;
    worker::host_lookup where{loop, "localhost", 443};
    std::vector<std::optional<pipeline::result<worker::host_lookup::addresses>>> found(3);
    std::size_t ended = 0;
    for (auto& each : found)
        asio::co_spawn(loop, detail::store(where.find(soon()), each), [&](std::exception_ptr) { ++ended; });
    (void)run(loop, where.find(config::clock::now()));
    while (ended < found.size()) loop.run_one();
    for (const auto& each : found) {
        REQUIRE(each.has_value());
        REQUIRE(each->has_value());
        CHECK_FALSE((*each)->empty());
    }
}

TEST_CASE("a lookup may be given up, and may end after nobody is there any more")
{
    asio::io_context loop;
    {
        worker::host_lookup where{loop, "localhost", 443};
        const auto found = run(loop, where.find(config::clock::now()));
        if (found.has_error()) CHECK(found.error().code() == code::timeout_connect);
    }
    loop.restart();
    loop.run();
}

TEST_CASE("every address of a name is tried, until one takes the connection")
{
    // Where localhost has an IPv6 address too, it comes first, and the server is not there.
    http_rig rig{{answering(http_text("200 OK", "", "hello"))}, "localhost"};
    const auto answer = rig.open_and_exchange();
    REQUIRE(answer.has_value());
    CHECK(answer->body.view() == "hello");
}

TEST_CASE("a connection that is refused says where and why")
{
    asio::io_context loop;
    std::uint16_t port = 0;
    {
        const asio::ip::tcp::acceptor closed{loop, {asio::ip::address_v4::loopback(), 0}};
        port = closed.local_endpoint().port();
    }
    worker::host_lookup where{loop, "127.0.0.1", port};
    worker::http_connection connection{loop, nullptr};
    const auto opened = run(loop, connection.open(where, {}, soon()));
    REQUIRE(opened.has_error());
    CHECK(opened.error().code() == code::connect);
    CHECK(opened.error().detail().find("127.0.0.1:" + std::to_string(port)) != std::string::npos);
    CHECK(opened.error().detail().find("refused") != std::string::npos);
    CHECK_FALSE(connection.is_reusable());
}

TEST_CASE("a connection that nobody takes is given up in time, or when it is cancelled")
{
    const full_listener listener;
    asio::io_context loop;
    worker::host_lookup where{loop, "127.0.0.1", listener.port()};
    worker::http_connection connection{loop, nullptr};
    SUBCASE("in the time for connecting")
    {
        const config::call_timeouts limits{.connect = 20ms};
        const auto opened = run(loop, connection.open(where, limits, soon()));
        REQUIRE(opened.has_error());
        CHECK(opened.error().code() == code::timeout_connect);
    }
    SUBCASE("in the time for the whole call")
    {
        const auto opened = run(loop, connection.open(where, {}, config::clock::now() + 20ms));
        REQUIRE(opened.has_error());
        CHECK(opened.error().code() == code::timeout_connect);
    }
    SUBCASE("when it is cancelled")
    {
        const auto waiting = [&loop] { return loop.poll() == 0; };
        CHECK_THROWS_AS(run_and_cancel(loop, connection.open(where, {}, soon()), waiting),
                        boost::system::system_error);
    }
    CHECK_FALSE(connection.is_reusable());
}
