#include "pipeline/deployment.hpp"

#include <doctest/doctest.h>

#include <type_traits>

#include "tests/support/grouping_rig.hpp"

using namespace std::chrono_literals;
using namespace config::literals;
using pipeline::errc;
using pipeline::failure;
using pipeline::gate_reason;
using pipeline::permit;

namespace {

struct one_deployment : tests::grouping_rig {
    static config::deployment_settings narrow()
    {
        config::deployment_settings settings;
        settings.max_concurrency = 2;
        settings.max_inputs = 100;
        settings.quota.tokens_per_minute = 600_tok;
        return settings;
    }

    [[nodiscard]] pipeline::allowance offer(config::time_point now = start, config::tokens least = 1_tok)
    {
        return where.offer(pipeline::charge_wish::exactly(least), now);
    }

    pipeline::deployment& where = add_deployment(narrow());
};

}  // namespace

TEST_CASE_FIXTURE(one_deployment, "what all gates together allow is what the strictest allows")
{
    const auto offered = offer();
    CHECK(offered.most > 0_tok);
    CHECK(offered.most <= 600_tok);
    CHECK(offered.reason == gate_reason::quota);
    CHECK_FALSE(offered.oversized_alone);
    CHECK(offer(start, 601_tok).oversized_alone);
}

TEST_CASE_FIXTURE(one_deployment, "the reason is that of the first gate that is closed")
{
    permit first{where, 25_tok, start};
    permit second{where, 25_tok, start};
    CHECK(offer().reason == gate_reason::slots);
    CHECK(offer().most == 0_tok);
    CHECK(offer().ask_again == config::time_point::max());

    const failure broken{errc::deployment_stopped, "the key is not accepted"};
    second.settle(&broken, 0, nullptr, start);
    CHECK(offer().reason == gate_reason::stopped);
    CHECK(offer().ask_again == start + 1min);

    first.settle(nullptr, 25, nullptr, start);
    CHECK(offer(start + 2min).most > 0_tok);
}

TEST_CASE_FIXTURE(one_deployment,
                  "one refusal within a known quota is noise, whatever time the service asks for")
{
    permit call{where, 25_tok, start};
    const failure too_many = failure{errc::throttled, "slow down"}.with_retry_after(45s);
    call.settle(&too_many, 0, nullptr, start);
    CHECK(offer().reason == gate_reason::throttled);
    CHECK(offer(start + 10s).most > 0_tok);
}

TEST_CASE_FIXTURE(one_deployment, "a provisioned deployment is closed for exactly as long as its 429 asks")
{
    auto settings = narrow();
    settings.provisioned = true;
    auto& reserved = add_deployment(settings);
    permit call{reserved, 25_tok, start};
    const failure full = failure{errc::throttled, "at capacity"}.with_retry_after(40ms);
    call.settle(&full, 0, nullptr, start + 30ms);
    const auto wish = pipeline::charge_wish::exactly(1_tok);
    CHECK(reserved.offer(wish, start + 69ms).reason == gate_reason::throttled);
    CHECK(reserved.offer(wish, start + 75ms).reason != gate_reason::throttled);
}

TEST_CASE_FIXTURE(one_deployment, "deployments of one pool keep within one quota together, others do not")
{
    auto settings = narrow();
    settings.pool = "global";
    auto& east = add_deployment(settings);
    auto& west = add_deployment(settings);
    const permit call{east, 500_tok, start};
    const auto later = start + 50s;
    CHECK(west.offer(pipeline::charge_wish::exactly(200_tok), later).reason == gate_reason::quota);
    CHECK(west.offer(pipeline::charge_wish::exactly(200_tok), later).most == 0_tok);
    CHECK(offer(later, 200_tok).most >= 200_tok);
}

TEST_CASE_FIXTURE(one_deployment,
                  "what cools down is the deployment that was refused, and no other of its pool")
{
    auto settings = narrow();
    settings.pool = "global";
    auto& east = add_deployment(settings);
    auto& west = add_deployment(settings);
    permit call{east, 25_tok, start};
    const failure busy = failure{errc::throttled, "the system is at capacity"}.with_retry_after(45s);
    call.settle(&busy, 0, nullptr, start);
    CHECK(east.offer(pipeline::charge_wish::exactly(1_tok), start).reason == gate_reason::throttled);
    CHECK(west.offer(pipeline::charge_wish::exactly(1_tok), start).reason != gate_reason::throttled);
}

TEST_CASE_FIXTURE(one_deployment, "a settled permit frees its slot, and its charge stays for a minute")
{
    {
        permit call{where, 500_tok, start};
        call.settle(nullptr, 20, nullptr, start);
    }
    CHECK(offer(start + 55s, 200_tok).reason == gate_reason::quota);
    CHECK(offer(start + 55s, 200_tok).most == 0_tok);
    CHECK(offer(start + 62s, 200_tok).most >= 200_tok);
}

TEST_CASE_FIXTURE(one_deployment, "a permit that goes unsettled gives its slot back, once")
{
    {
        permit call{where, 10_tok, start};
        permit moved{std::move(call)};
        const permit other{where, 10_tok, start};
        CHECK(offer().reason == gate_reason::slots);
    }
    CHECK(offer().reason != gate_reason::slots);
    const permit first{where, 10_tok, start};
    CHECK(offer().reason != gate_reason::slots);
    const permit second{where, 10_tok, start};
    CHECK(offer().reason == gate_reason::slots);
}

TEST_CASE_FIXTURE(one_deployment, "a worker that has a share of the quota keeps to it")
{
    where.set_share(0.5, start);
    const permit call{where, 300_tok, start};
    CHECK(offer(start + 30s, 50_tok).most == 0_tok);
}

TEST_CASE_FIXTURE(one_deployment, "a permit is not copied and not replaced")
{
    CHECK_FALSE(std::is_copy_constructible_v<permit>);
    CHECK_FALSE(std::is_move_assignable_v<permit>);
    CHECK(std::is_nothrow_move_constructible_v<permit>);
}

TEST_CASE_FIXTURE(one_deployment, "the service's word on inputs can only lower the limit, to one at least")
{
    where.learn_max_inputs(500);
    CHECK(where.max_inputs() == 100);
    where.learn_max_inputs(16);
    CHECK(where.max_inputs() == 16);
    where.learn_max_inputs(64);
    CHECK(where.max_inputs() == 16);
    where.learn_max_inputs(0);
    CHECK(where.max_inputs() == 1);
}
