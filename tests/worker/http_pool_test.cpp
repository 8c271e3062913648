#include "worker/http_pool.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/run.hpp"
#include "tests/support/scripted_server.hpp"
#include "worker/http_failure.hpp"
#include "worker/idle_stack.hpp"

using namespace std::chrono_literals;
using namespace tests;
using worker::http_pool;
using worker::idle_stack;
namespace asio = boost::asio;

namespace {

using things = idle_stack<std::unique_ptr<int>>;

const auto start = config::time_point{} + 1h;

config::time_point soon() { return config::clock::now() + 1min; }

struct pool_rig {
    explicit pool_rig(std::vector<script> connections, std::size_t most_idle = 8)
        : server{std::move(connections)}, pool{loop, "127.0.0.1", server.port(), {}, nullptr, most_idle}
    {}

    /// Borrows a connection and makes one exchange with it.
    asio::awaitable<std::string> ask()
    {
        auto lease = co_await pool.borrow(soon());
        if (!lease) co_return "no connection";
        co_return co_await ask_over(*lease);
    }

    asio::awaitable<std::string> ask_over(http_pool::lease& lease)
    {
        const worker::http_request ask{.head = "GET / HTTP/1.1\r\n\r\n", .body = {}};
        const worker::exchange_limits limits{
            .longest_body = config::bytes{100}, .first_byte = 1min, .complete_by = soon()};
        const auto answer = co_await lease.connection().exchange(ask, limits, memory);
        if (!answer) co_return answer.error().code();
        co_return std::string{answer->body.view()};
    }

    asio::io_context loop;
    scripted_server server;
    pipeline::byte_pool memory{1024 * 1024};
    http_pool pool;
};

script serving(std::string body)
{
    return [body = std::move(body)](peer& client) {
        for (;;) {
            client.read_request();
            client.send(http_text("200 OK", "", body));
        }
    };
}

}  // namespace

TEST_CASE("what was used last is used next, and what is too many is the oldest")
{
    things idle{{.longest_idle = 1min, .longest_life = 1h, .most = 2}};
    for (int i = 1; i <= 3; ++i) idle.put(std::make_unique<int>(i), start, start);
    CHECK(idle.size() == 2);
    CHECK(*idle.take() == 3);
    CHECK(*idle.take() == 2);
    CHECK(idle.take() == nullptr);
}

TEST_CASE("what has been idle for a minute goes, to the moment")
{
    things idle{{.longest_idle = 1min, .longest_life = 1h, .most = 8}};
    CHECK(idle.next_expiry() == config::time_point::max());
    idle.put(std::make_unique<int>(1), start, start);
    idle.put(std::make_unique<int>(2), start, start + 10s);
    CHECK(idle.next_expiry() == start + 1min);
    idle.expire(start + 1min - 1ns);
    CHECK(idle.size() == 2);
    idle.expire(start + 1min);
    CHECK(idle.size() == 1);
    CHECK(idle.next_expiry() == start + 70s);
    CHECK(*idle.take() == 2);
}

TEST_CASE("what is too old is not kept for another use, so that a server's new addresses are found")
{
    things idle{{.longest_idle = 1min, .longest_life = 1h, .most = 8}};
    idle.put(std::make_unique<int>(1), start, start + 1h - 1ns);
    CHECK(idle.size() == 1);
    idle.put(std::make_unique<int>(2), start, start + 1h);
    CHECK(idle.size() == 1);
}

TEST_CASE("a place for none keeps none")
{
    things idle{{.longest_idle = 1min, .longest_life = 1h, .most = 0}};
    idle.put(std::make_unique<int>(1), start, start);
    CHECK(idle.size() == 0);
}

TEST_CASE("one call after the other uses one connection")
{
    pool_rig rig{{serving("first"), serving("second")}};
    for (int i = 0; i < 3; ++i) CHECK(run(rig.loop, rig.ask()) == "first");
    CHECK(rig.pool.idle() == 1);
}

TEST_CASE("a connection that is lent out is not lent again")
{
    pool_rig rig{{serving("first"), serving("second")}};
    const auto both = [](pool_rig& with) -> asio::awaitable<void> {
        auto one = co_await with.pool.borrow(soon());
        auto other = co_await with.pool.borrow(soon());
        REQUIRE(one.has_value());
        REQUIRE(other.has_value());
        CHECK_FALSE(one->is_used());
        CHECK(&one->connection() != &other->connection());
        CHECK(co_await with.ask_over(*one) == "first");
    };
    run(rig.loop, both(rig));
    CHECK(rig.pool.idle() == 2);
}

TEST_CASE("a connection whose exchange failed does not come back")
{
    pool_rig rig{{answering("garbage\r\n\r\n"), serving("second")}};
    CHECK(run(rig.loop, rig.ask()) == worker::http_failure::garbage);
    CHECK(rig.pool.idle() == 0);
    CHECK(run(rig.loop, rig.ask()) == "second");
}

TEST_CASE("a connection that its peer has closed while it was idle is passed over")
{
    pool_rig rig{{answering(http_text("200 OK", "", "first")), serving("second")}};
    CHECK(run(rig.loop, rig.ask()) == "first");
    std::string next = "first";
    // The end of the first connection is on its way; a call that comes earlier is reset.
    for (; next != "second"; next = run(rig.loop, rig.ask()))
        CHECK((next == "first" || next == worker::http_failure::reset));
}

TEST_CASE("a pool keeps no more idle connections than it may")
{
    pool_rig rig{{serving("first")}, 0};
    CHECK(run(rig.loop, rig.ask()) == "first");
    CHECK(rig.pool.idle() == 0);
}

TEST_CASE("a closed pool drops what is idle and what comes back, and keeps the loop busy no longer")
{
    pool_rig rig{{serving("first"), serving("second")}};
    CHECK(run(rig.loop, rig.ask()) == "first");
    const auto close_while_lent = [](pool_rig& with) -> asio::awaitable<void> {
        const auto lease = co_await with.pool.borrow(soon());
        REQUIRE(lease.has_value());
        CHECK(lease->is_used());
        with.pool.close_all();
    };
    run(rig.loop, close_while_lent(rig));
    CHECK(rig.pool.idle() == 0);
    rig.loop.restart();
    rig.loop.run();
}

TEST_CASE("an idle connection does not outlive its pool, and its timer does no harm afterwards")
{
    asio::io_context loop;
    scripted_server server{{serving("first")}};
    {
        http_pool pool{loop, "127.0.0.1", server.port(), {}, nullptr, 8};
        const auto borrowed = run(loop, pool.borrow(soon()));
        REQUIRE(borrowed.has_value());
    }
    loop.restart();
    loop.run();
}

TEST_CASE("a deadline that is moved, called off or gone does not come")
{
    asio::io_context loop;
    int came = 0;
    const auto past = config::clock::now() - 1s;
    SUBCASE("it comes")
    {
        worker::deadline due{loop, [&] { ++came; }};
        due.set(past);
        loop.run();
        CHECK(came == 1);
        CHECK(due.passed());
        due.clear();
        CHECK_FALSE(due.passed());
    }
    SUBCASE("moved and called off, with its completion on the way")
    {
        worker::deadline moved{loop, [&] { ++came; }};
        worker::deadline called_off{loop, [&] { ++came; }};
        moved.set(past);
        called_off.set(past);
        loop.poll_one();  // the timers' completions are queued by now, or one of them has run
        const auto before = came;
        moved.set(soon());
        called_off.clear();
        loop.poll();
        CHECK(came == before);
    }
    SUBCASE("gone")
    {
        {
            worker::deadline gone{loop, [&] { ++came; }};
            gone.set(past);
        }
        loop.run();
        CHECK(came == 0);
    }
}
