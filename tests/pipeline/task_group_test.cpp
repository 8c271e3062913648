#include "pipeline/task_group.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <vector>

#include "tests/support/manual_timeline.hpp"
#include "tests/support/run.hpp"

namespace asio = boost::asio;
using namespace std::chrono_literals;
using pipeline::task_group;

namespace {

struct children {
    asio::io_context loop;
    tests::manual_timeline time{loop};
    task_group group{loop.get_executor(), time};
    std::vector<std::string> ended;

    // Says how it ended, whichever way it is.
    asio::awaitable<void> sleep(std::string name, config::duration how_long)
    {
        const auto bell = time.make_alarm();
        const auto until = time.now() + how_long;
        try {
            while (time.now() < until) co_await bell->wait_until(until);
        } catch (const boost::system::system_error&) {
            ended.push_back(name + " cancelled");
            throw;
        }
        ended.push_back(name);
    }
    asio::awaitable<void> fail_after(config::duration how_long, std::string why)
    {
        co_await sleep("failing", how_long);
        throw std::runtime_error{why};
    }
    asio::awaitable<void> start_another()
    {
        group.start(sleep("grandchild", 1s));
        co_return;
    }
    // Holds something that leaks where its frame is not destroyed.
    asio::awaitable<void> hold(std::unique_ptr<int> something)
    {
        co_await sleep("holder", 1h);
        something.reset();
    }

    using names = std::vector<std::string>;
};

}  // namespace

TEST_CASE_FIXTURE(children, "join() returns when the last child has ended")
{
    group.start(sleep("long", 2s));
    group.start(sleep("short", 1s));
    bool joined = false;
    asio::co_spawn(loop, group.join(), [&](std::exception_ptr why) { joined = !why; });
    time.advance(1500ms);
    CHECK(ended == names{"short"});
    CHECK(group.running() == 1);
    CHECK_FALSE(joined);
    time.advance(1s);
    CHECK(ended == names{"short", "long"});
    CHECK(joined);
}

TEST_CASE_FIXTURE(children, "joining a group without children returns at once")
{
    tests::run(loop, group.join());
    CHECK(group.running() == 0);
}

TEST_CASE_FIXTURE(children, "a child may start another, and join() waits for it too")
{
    group.start(start_another());
    bool joined = false;
    asio::co_spawn(loop, group.join(), [&](std::exception_ptr why) { joined = !why; });
    time.settle();
    CHECK(group.running() == 1);
    CHECK_FALSE(joined);
    time.advance(1s);
    CHECK(ended == names{"grandchild"});
    CHECK(joined);
}

TEST_CASE_FIXTURE(children, "a stop cancels every child, and join() takes that for a good end")
{
    group.start(sleep("first", 1h));
    group.start(sleep("second", 1h));
    time.settle();
    group.request_stop();
    tests::run(loop, group.join());
    CHECK(ended == names{"first cancelled", "second cancelled"});
    CHECK(group.running() == 0);
}

TEST_CASE_FIXTURE(children, "nothing is started once a stop was asked for, and what it held is released")
{
    group.request_stop();
    group.start(hold(std::make_unique<int>(1)));
    CHECK(group.running() == 0);
    tests::run(loop, group.join());
    CHECK(ended.empty());
}

TEST_CASE_FIXTURE(children,
                  "a child that is cancelled before the loop turns gets no further than its first wait")
{
    group.start(hold(std::make_unique<int>(1)));
    CHECK(group.running() == 1);
    group.request_stop();
    tests::run(loop, group.join());
    CHECK(ended == names{"holder cancelled"});
}

TEST_CASE_FIXTURE(children, "within the loop a child runs up to its first wait before start() returns")
{
    asio::post(loop, [&] {
        group.start(sleep("at once", 0s));
        CHECK(ended == names{"at once"});
    });
    time.settle();
    tests::run(loop, group.join());
}

TEST_CASE_FIXTURE(children, "the first child to throw cancels its siblings, and join() throws what it threw")
{
    group.start(sleep("sibling", 1h));
    group.start(fail_after(1s, "first"));
    group.start(fail_after(2s, "second"));
    time.advance(1s);
    CHECK_THROWS_WITH(tests::run(loop, group.join()), "first");
    CHECK(ended == names{"failing", "sibling cancelled", "failing cancelled"});
    CHECK(group.running() == 0);
}

TEST_CASE_FIXTURE(children, "what a child throws is thrown once")
{
    group.start(fail_after(0s, "once"));
    CHECK_THROWS_WITH(tests::run(loop, group.join()), "once");
    tests::run(loop, group.join());
}

TEST_CASE_FIXTURE(children, "what is thrown after a stop is taken for its consequence")
{
    group.start(fail_after(1h, "never said"));
    time.settle();
    group.request_stop();
    tests::run(loop, group.join());
    CHECK(ended == names{"failing cancelled"});
}
