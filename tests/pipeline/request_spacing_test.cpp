#include "pipeline/request_spacing.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using pipeline::request_spacing;

namespace {

constexpr config::time_point start{1h};

// Sends as fast as it may, and says how many requests that were.
int sent_within(request_spacing& pace, config::time_point from, config::duration time)
{
    auto sent = 0;
    for (auto now = from; now < from + time;) {
        const auto when = pace.opens_at(now);
        if (when > now) {
            now = when;
            continue;
        }
        pace.take(now);
        ++sent;
    }
    return sent;
}

}  // namespace

TEST_CASE("without a limit a request may start at any time")
{
    request_spacing pace{start};
    for (int i = 0; i < 1'000; ++i) {
        CHECK(pace.opens_at(start) <= start);
        pace.take(start);
    }
}

TEST_CASE("even one request a minute may start at once, and the next after a minute")
{
    request_spacing pace{start};
    pace.set_limit(1);
    CHECK(pace.opens_at(start) <= start);
    pace.take(start);
    CHECK(pace.opens_at(start) > start + 59s);
    CHECK(pace.opens_at(start) < start + 62s);
}

TEST_CASE("requests are spread evenly: within a sixth of the limit in any 10 s")
{
    request_spacing pace{start};
    pace.set_limit(600);
    for (auto from = start; from < start + 2min; from += 10s) {
        const auto sent = sent_within(pace, from, 10s);
        CHECK(sent <= 100);
        CHECK(sent >= 97);
    }
}

TEST_CASE("a share of the limit is spaced as much wider")
{
    request_spacing pace{start};
    pace.set_limit(600);
    pace.set_share(0.25);
    CHECK(sent_within(pace, start, 60s) <= 150);
}

TEST_CASE("requests that others leave are taken over, up to the whole limit, and given back after refusals")
{
    request_spacing pace{start};
    pace.set_limit(600);
    pace.set_share(0.25);
    auto now = start;
    for (; now < start + 10min; now += 1s) {
        (void)sent_within(pace, now, 1s);
        pace.observe(80, now);  // of the 100 of a window of 10 s
    }
    const auto borrowed = sent_within(pace, now, 60s);
    CHECK(borrowed > 500);
    CHECK(borrowed <= 601);
    for (int i = 0; i < 30; ++i) pace.refused();
    CHECK(sent_within(pace, now + 60s, 60s) < 0.5 * borrowed);
}

TEST_CASE("a remainder above a sixth of the limit is that of a whole minute")
{
    request_spacing pace{start};
    pace.set_limit(600);
    pace.set_share(0.25);
    auto now = start;
    pace.observe(450, now);
    for (; now < start + 10min; now += 1s) {
        (void)sent_within(pace, now, 1s);
        pace.observe(2, now);  // used up: nothing is taken over
    }
    CHECK(sent_within(pace, now, 60s) <= 150);
}
