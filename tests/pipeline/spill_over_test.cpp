#include "pipeline/spill_over.hpp"

#include <doctest/doctest.h>

#include "tests/support/grouping_rig.hpp"

using namespace std::chrono_literals;
using namespace config::literals;
using pipeline::errc;
using pipeline::failure;

namespace {

constexpr config::duration wait = 5s;

struct three_tiers : tests::grouping_rig {
    pipeline::deployment& of_tier(std::size_t tier)
    {
        config::deployment_settings settings;
        settings.tier = tier;
        return add_deployment(settings);
    }
    [[nodiscard]] config::time_point opens(const pipeline::deployment& where)
    {
        return pipeline::spills_at(all, where, asked, wait, now);
    }
    // Calls that start after each other and all end so.
    void fail(pipeline::deployment& where, const failure& why, int times)
    {
        for (int i = 0; i < times; ++i) {
            now += 10s;
            pipeline::permit call{where, 1_tok, now};
            call.settle(&why, 0, nullptr, now);
        }
        asked = now;
    }

    const failure broken{errc::transient, "connection reset"};
    const failure wrong_key{errc::deployment_stopped, "the key is not accepted"};
    pipeline::deployment& reserved = of_tier(1);
    pipeline::deployment& east = of_tier(2);
    pipeline::deployment& west = of_tier(2);
    pipeline::deployment& spare = of_tier(3);
    std::vector<pipeline::deployment*> all{&reserved, &east, &west, &spare};
    config::time_point asked = start;
    config::time_point now = start;
};

}  // namespace

TEST_CASE_FIXTURE(three_tiers, "each better tier is waited for as long, deployments of one tier alike")
{
    CHECK(opens(reserved) <= start);
    CHECK(opens(east) == start + wait);
    CHECK(opens(west) == start + wait);
    CHECK(opens(spare) == start + 2 * wait);
    now += 1min;
    CHECK(opens(spare) <= now);
}

TEST_CASE_FIXTURE(three_tiers, "a tier is the better one only where the route is served by it")
{
    all = {&east, &spare};
    CHECK(opens(east) <= start);
    CHECK(opens(spare) == start + wait);
}

TEST_CASE_FIXTURE(three_tiers, "a tier that fails altogether is not waited for")
{
    SUBCASE("because it is down") { fail(reserved, broken, 2); }
    SUBCASE("because it is stopped") { fail(reserved, wrong_key, 1); }
    CHECK(opens(east) <= now);
    CHECK(opens(spare) == now + wait);
}

TEST_CASE_FIXTURE(three_tiers, "a tier with one deployment that is up is waited for")
{
    fail(east, broken, 2);
    CHECK(opens(spare) == now + 2 * wait);
    fail(west, broken, 2);
    CHECK(opens(spare) == now + wait);
}

TEST_CASE_FIXTURE(three_tiers, "a 429 is waited for, unless it is known to last longer than the wait")
{
    const failure soon = failure{errc::throttled, "slow down"}.with_retry_after(2s);
    fail(reserved, soon, 1);
    CHECK(opens(east) == now + wait);
    const failure later = failure{errc::throttled, "slow down"}.with_retry_after(1min);
    fail(reserved, later, 1);
    CHECK(opens(east) <= now);
    CHECK(opens(spare) == now + 2 * wait);
}
