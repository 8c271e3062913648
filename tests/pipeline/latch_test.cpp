#include "pipeline/latch.hpp"

#include <doctest/doctest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

namespace asio = boost::asio;
using pipeline::latch;

namespace {

struct waiting_room {
    asio::io_context loop;
    latch door;
    bool passed = false;

    asio::awaitable<void> enter()
    {
        co_await door.wait();
        passed = true;
    }
    // Starts to wait and turns the loop until nothing moves.
    void wait()
    {
        asio::co_spawn(loop, enter(), [](std::exception_ptr why) { CHECK_FALSE(why); });
        turn();
    }
    void turn()
    {
        loop.restart();
        loop.poll();
    }
};

}  // namespace

TEST_CASE_FIXTURE(waiting_room, "a closed latch holds its waiter until it opens")
{
    wait();
    CHECK_FALSE(passed);
    CHECK_FALSE(door.is_open());
    door.open();
    CHECK(door.is_open());
    turn();
    CHECK(passed);
}

TEST_CASE_FIXTURE(waiting_room, "the waiter goes on from the loop, not from within open()")
{
    wait();
    bool opened_within_the_loop = false;
    asio::post(loop, [&] {
        door.open();
        CHECK_FALSE(passed);
        opened_within_the_loop = true;
    });
    turn();
    CHECK(opened_within_the_loop);
    CHECK(passed);
}

TEST_CASE_FIXTURE(waiting_room, "an open latch holds nobody, and opening it again changes nothing")
{
    door.open();
    door.open();
    wait();
    CHECK(passed);
}

TEST_CASE_FIXTURE(waiting_room, "a latch that never opens lets its waiter be destroyed with the loop")
{
    wait();
    CHECK_FALSE(passed);
}
