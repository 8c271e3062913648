#include "pipeline/concurrency_limit.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <queue>
#include <random>
#include <vector>

#include "tools/simulator/work_line.hpp"

using namespace std::chrono_literals;
using pipeline::concurrency_limit;
using pipeline::errc;
using pipeline::failure;

namespace {

constexpr config::time_point start{1h};

config::duration to_duration(double seconds)
{
    return std::chrono::duration_cast<config::duration>(std::chrono::duration<double>{seconds});
}

/// Calls that are sent as soon as the limit allows it.
struct endless_work {
    using server = std::function<config::time_point(config::time_point, config::duration, std::size_t)>;
    struct open_call {
        config::time_point ends_at;
        config::time_point started_at;
        bool operator>(const open_call& other) const { return ends_at > other.ends_at; }
    };

    endless_work(std::size_t least, std::size_t most, double spread = 0.4)
        : limit{least, most}, length{0, spread}
    {}

    /// Goes on with it for so long; the mean of the limit in the last half of that time.
    double run(config::duration time, const server& answer_at)
    {
        const auto end = now + time;
        const auto middle = now + time / 2;
        double limit_times_calls = 0;
        answered = 0;
        while (now < end) {
            while (open.size() < std::min(limit.most_calls(), available))
                open.push({answer_at(now, to_duration(std::exp(length(random))), open.size() + 1), now});
            const auto done = open.top();
            open.pop();
            now = done.ends_at;
            finish(done);
            if (now < middle) continue;
            ++answered;
            limit_times_calls += static_cast<double>(limit.most_calls());
        }
        return limit_times_calls / static_cast<double>(answered);
    }
    void finish(const open_call& done)
    {
        const auto why = fails ? fails(open.size() + 1) : nullptr;
        pipeline::call_report report{done.started_at, config::tokens{100}};
        report.why = why;
        limit.ended(report, now);
    }

    concurrency_limit limit;
    std::priority_queue<open_call, std::vector<open_call>, std::greater<>> open;
    std::mt19937 random{7};
    std::normal_distribution<double> length;
    std::size_t available = 1'000'000;
    std::size_t answered = 0;
    std::function<const failure*(std::size_t)> fails;
    config::time_point now = start;
};

endless_work::server line_of(std::size_t places)
{
    return [line = simulator::work_line{places}](auto now, auto work, std::size_t) mutable {
        return line.done_at(now, work);
    };
}

/// All calls go on at once; each more makes all slower.
endless_work::server crowd(double alone, double each)
{
    return [=](auto now, auto work, std::size_t under_way) {
        return now + to_duration((alone + each * static_cast<double>(under_way)) *
                                 std::chrono::duration<double>{work}.count());
    };
}

}  // namespace

TEST_CASE("a server that answers n calls at a time is given about n")
{
    for (const std::size_t places : {1u, 4u, 20u, 100u}) {
        endless_work work{1, 256};
        const auto limit = work.run(2h, line_of(places));
        const auto rate = static_cast<double>(work.answered) / 3600;
        INFO(places, " places, limit ", limit, ", rate ", rate);
        CHECK(limit >= 0.9 * static_cast<double>(places));
        CHECK(limit <= 1.8 * static_cast<double>(places) + 1);
        CHECK(rate >= 0.9 * static_cast<double>(places) / std::exp(0.08));
    }
}

TEST_CASE("a server that gets slower with each call is given as many as bring most of its throughput")
{
    endless_work work{1, 512};
    const auto limit = work.run(4h, crowd(1, 0.1));
    const auto share = static_cast<double>(work.answered) / 7200 / (10 / std::exp(0.08));
    INFO("limit ", limit, ", share ", share);
    CHECK(share > 0.8);
    CHECK(limit < 160);
}

TEST_CASE("calls of very different lengths hide neither that a server is busy nor that it is not")
{
    endless_work work{1, 256, 1.0};
    const auto limit = work.run(4h, line_of(20));
    INFO("limit ", limit);
    CHECK(limit >= 18);
    CHECK(limit <= 50);
}

TEST_CASE("a limit that starts low is found within some rounds of calls")
{
    endless_work work{1, 256, 0.1};
    work.run(2min, line_of(64));
    INFO("limit ", work.limit.most_calls());
    CHECK(work.limit.most_calls() >= 60);
}

TEST_CASE("a server that gets more places, or fewer, is noticed")
{
    endless_work work{1, 256};
    work.run(1h, line_of(20));
    const auto more = work.run(1h, line_of(40));
    INFO("more ", more);
    CHECK(more >= 36);
    work.run(15min, line_of(4));
    CHECK(work.limit.most_calls() <= 16);
}

TEST_CASE("where calls fail beyond some number under way, fewer than one in ten does")
{
    const failure broken{errc::transient, "out of memory"};
    endless_work work{1, 256};
    std::size_t failed = 0;
    work.fails = [&](std::size_t under_way) {
        if (under_way <= 30) return static_cast<const failure*>(nullptr);
        ++failed;
        return &broken;
    };
    const auto limit = work.run(2h, crowd(1, 0.0));
    INFO("limit ", limit, ", failed ", failed);
    CHECK(limit >= 20);
    CHECK(limit <= 33);
    CHECK(failed * 10 < 2 * work.answered);
}

TEST_CASE("an outage takes a quarter off the limit, however long it is")
{
    const failure broken{errc::transient, "no such host"};
    endless_work work{1, 64};
    work.run(1h, line_of(64));
    const auto before = work.limit.most_calls();
    work.fails = [&](std::size_t) { return &broken; };
    work.run(1h, line_of(64));
    CHECK(work.limit.most_calls() < before);
    CHECK(work.limit.most_calls() >= before * 3 / 4);
    work.fails = nullptr;
    work.run(2s, line_of(64));
    CHECK(work.limit.most_calls() >= before * 3 / 4);
}

TEST_CASE("a refusal for quota says nothing of how many calls a server can use")
{
    const failure refused{errc::throttled, "slow down"};
    endless_work work{1, 64};
    work.run(1h, line_of(64));
    const auto before = work.limit.most_calls();
    work.fails = [&](std::size_t) { return &refused; };
    work.run(1h, line_of(64));
    CHECK(work.limit.most_calls() == before);
}

TEST_CASE("what there is too little of to fill the limit does not move it")
{
    endless_work work{1, 64};
    work.run(1h, line_of(16));
    const auto before = work.limit.most_calls();
    work.available = 4;
    work.run(1h, line_of(16));
    CHECK(work.limit.most_calls() == before);
}

TEST_CASE("a limit whose least is its most stays")
{
    const failure broken{errc::timed_out, "too slow"};
    endless_work work{16, 16};
    work.fails = [&](std::size_t) { return &broken; };
    work.run(10min, line_of(4));
    CHECK(work.limit.most_calls() == 16);
}
