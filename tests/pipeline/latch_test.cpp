#include "pipeline/latch.hpp"

#include <doctest/doctest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "pipeline/job_group.hpp"
#include "tests/support/manual_timeline.hpp"

namespace asio = boost::asio;
using pipeline::latch;

namespace {

struct waiting_room {
    asio::io_context loop;
    tests::manual_timeline time{loop};
    pipeline::job_group jobs{loop.get_executor(), time};
    latch door;
    bool passed = false;

    pipeline::lazy<void> enter()
    {
        co_await door.wait();
        passed = true;
    }
};

}  // namespace

TEST_CASE_FIXTURE(waiting_room, "a closed latch holds its waiter until it opens")
{
    jobs.start(enter());
    time.settle();
    CHECK_FALSE(passed);
    CHECK_FALSE(door.is_open());
    door.open();
    CHECK(door.is_open());
    time.settle();
    CHECK(passed);
}

TEST_CASE_FIXTURE(waiting_room, "the waiter goes on from the loop, not from within open()")
{
    jobs.start(enter());
    bool opened_within_the_loop = false;
    asio::post(loop, [&] {
        door.open();
        CHECK_FALSE(passed);
        opened_within_the_loop = true;
    });
    time.settle();
    CHECK(opened_within_the_loop);
    CHECK(passed);
}

TEST_CASE_FIXTURE(waiting_room, "an open latch holds nobody, and opening it again changes nothing")
{
    door.open();
    door.open();
    jobs.start(enter());
    CHECK(passed);
    time.settle();
}
