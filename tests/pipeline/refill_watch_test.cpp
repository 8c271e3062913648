#include "pipeline/refill_watch.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using pipeline::refill_watch;

namespace {

constexpr config::time_point start{1h};

}  // namespace

TEST_CASE("a quota that others use up and leave again is a rolling minute as far as one can tell")
{
    refill_watch watch;
    for (int second = 0; second < 120; ++second) {
        const auto used = second < 60 ? second / 60.0 : (120 - second) / 60.0;
        watch.observe(used, 1 - used, start + second * 1s, start + second * 1s);
        CHECK_FALSE(watch.refills(start + second * 1s));
    }
}

TEST_CASE("less in use than we have charged ourselves: the service refills")
{
    refill_watch watch;
    watch.observe(-0.02, 0.9, start, start);
    CHECK_FALSE(watch.refills(start));
    watch.observe(-0.1, 0.9, start + 1s, start + 1s);
    CHECK(watch.refills(start + 1min));
    CHECK_FALSE(watch.refills(start + 3min));
}

TEST_CASE("nearly half of the quota free from one moment to the next: the service counts anew each minute")
{
    refill_watch watch;
    watch.observe(0.9, 0.05, start, start);
    watch.observe(0.1, 0.85, start + 2s, start + 2s);
    CHECK(watch.refills(start + 2s));
}

TEST_CASE("old news that comes late is no drop")
{
    refill_watch watch;
    watch.observe(0.9, 0.05, start + 5s, start + 5s);
    watch.observe(0.4, 0.5, start, start + 6s);
    CHECK_FALSE(watch.refills(start + 6s));
}

TEST_CASE("unused is what was left at the worst moment of a whole minute")
{
    refill_watch watch;
    CHECK(watch.unused() == 0);
    for (int second = 0; second < 60; ++second)
        watch.observe(0, second == 30 ? 0.2 : 0.5, start + second * 1s, start + second * 1s);
    CHECK(watch.unused() == 0);
    watch.observe(0, 0.5, start + 61s, start + 61s);
    CHECK(watch.unused() == 0.2);
    for (int second = 62; second < 140; ++second)
        watch.observe(0, 0.5, start + second * 1s, start + second * 1s);
    CHECK(watch.unused() == 0.5);
}
