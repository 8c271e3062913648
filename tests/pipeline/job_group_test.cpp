#include "pipeline/job_group.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "pipeline/latch.hpp"
#include "pipeline/task_group.hpp"
#include "tests/support/manual_timeline.hpp"

namespace asio = boost::asio;
using pipeline::latch;
using pipeline::lazy;

namespace {

/// Says when it goes.
class witness {
public:
    explicit witness(int& gone) : gone_{gone} {}
    ~witness() { ++gone_; }
    witness(const witness&) = delete;
    witness& operator=(const witness&) = delete;

private:
    int& gone_;
};

struct workshop {
    asio::io_context loop;
    tests::manual_timeline time{loop};
    pipeline::task_group watchers{loop.get_executor(), time};
    pipeline::job_group jobs{loop.get_executor(), time};
    bool joined = false;
    std::string thrown;

    asio::awaitable<void> join_them()
    {
        try {
            co_await jobs.join();
        } catch (const std::runtime_error& why) {
            thrown = why.what();
        }
        joined = true;
    }
    void join()
    {
        watchers.start(join_them());
        time.settle();
    }
};

lazy<std::unique_ptr<int>> doubled(int number, latch& door)
{
    co_await door.wait();
    co_return std::make_unique<int>(2 * number);
}

lazy<int> sum_of_doubled(int first, int second, latch& door)
{
    const auto one = co_await doubled(first, door);
    const auto other = co_await doubled(second, door);
    co_return *one + *other;
}

lazy<void> store(int& into, latch& door) { into = co_await sum_of_doubled(1, 2, door); }

lazy<int> fail_after(latch& door)
{
    co_await door.wait();
    throw std::runtime_error{"no more"};
}

lazy<void> ignore(lazy<int> work) { static_cast<void>(co_await std::move(work)); }

lazy<void> note(std::vector<int>& order, int number, latch& door)
{
    co_await door.wait();
    order.push_back(number);
}

lazy<void> open_in_turn(latch& first, latch& second)
{
    co_await first.wait();
    second.open();
}

lazy<void> hold(latch& door, int& gone)
{
    const witness kept{gone};
    co_await door.wait();
}

}  // namespace

TEST_SUITE("job group")
{
    TEST_CASE_FIXTURE(workshop,
                      "a lazy coroutine does nothing before it is awaited, and goes without a trace")
    {
        int gone = 0;
        latch door;
        {
            const auto never = hold(door, gone);
        }
        CHECK(gone == 0);
        CHECK(jobs.running() == 0);
    }

    TEST_CASE_FIXTURE(workshop, "values come up through the coroutines that wait for each other")
    {
        latch door;
        int sum = 0;
        jobs.start(store(sum, door));
        CHECK(jobs.running() == 1);
        CHECK(sum == 0);
        door.open();
        time.settle();
        CHECK(sum == 6);
        CHECK(jobs.running() == 0);
    }

    TEST_CASE_FIXTURE(workshop,
                      "what a job throws comes out of join, the first of several, when all have ended")
    {
        latch early;
        latch late;
        jobs.start(ignore(fail_after(late)));
        jobs.start(ignore(fail_after(early)));
        early.open();
        join();
        CHECK_FALSE(joined);
        late.open();
        time.settle();
        CHECK(joined);
        CHECK(thrown == "no more");
        CHECK(jobs.running() == 0);
    }

    TEST_CASE_FIXTURE(workshop, "jobs go on in the order in which their latches open")
    {
        std::vector<int> order;
        latch first;
        latch second;
        latch third;
        latch fourth;
        jobs.start(note(order, 4, fourth));
        jobs.start(note(order, 1, first));
        jobs.start(open_in_turn(third, fourth));
        jobs.start(note(order, 2, second));
        third.open();
        first.open();
        second.open();
        CHECK(order.empty());
        time.settle();
        CHECK(order == std::vector<int>{1, 2, 4});
    }

    TEST_CASE_FIXTURE(workshop, "what a job holds goes with it, and join waits for the last one")
    {
        int gone = 0;
        latch first;
        latch second;
        jobs.start(hold(first, gone));
        jobs.start(hold(second, gone));
        first.open();
        join();
        CHECK(gone == 1);
        CHECK_FALSE(joined);
        second.open();
        time.settle();
        CHECK(gone == 2);
        CHECK(joined);
    }

    TEST_CASE_FIXTURE(workshop, "a hundred thousand jobs that wait for nothing do not deepen the stack")
    {
        latch open;
        open.open();
        int gone = 0;
        for (int i = 0; i < 100'000; ++i) jobs.start(hold(open, gone));
        CHECK(gone == 100'000);
    }
}
