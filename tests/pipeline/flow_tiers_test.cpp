// Several deployments of one route, in virtual time.
#include <doctest/doctest.h>

#include "tests/support/flow_rig.hpp"

using namespace std::chrono_literals;
using namespace config::literals;
using pipeline::ending;
using pipeline::errc;
using pipeline::failure;

namespace {

pipeline::result<pipeline::reply> unavailable(const pipeline::request&, int)
{
    return failure{errc::transient, "service unavailable"}.with_status(503);
}

// A deployment that is to be used first, and another one.
struct two_tiers : tests::flow_rig {
    two_tiers()
    {
        for (auto* each : {&deployment_settings, &spare.settings}) {
            each->max_concurrency = 1;
            each->max_inputs = 1;
        }
        deployment_settings.tier = 1;
        spare.settings.tier = 2;
        documents.spill_after = 5s;
    }

    further_deployment& spare = add_deployment("spare");
    config::route_settings& documents = add_route("documents");
};

}  // namespace

TEST_SUITE("several deployments")
{
    TEST_CASE_FIXTURE(two_tiers,
                      "what the better tier has room for soon enough is never sent to the next one")
    {
        service.latency = 900ms;
        open();
        put("documents", 5);
        finish();

        REQUIRE(ended);
        CHECK(service.batches.size() == 5);
        CHECK(spare.service.batches.empty());
    }

    TEST_CASE_FIXTURE(two_tiers, "what has waited for as long as its route says goes to the next tier")
    {
        service.latency = 2s;
        open();
        put("documents", 4);
        const auto began = time.now();
        finish();

        REQUIRE(ended);
        CHECK(service.batches.size() == 3);  // at 0 s, 2 s and 4 s
        REQUIRE(spare.service.called_at.size() == 1);
        CHECK(spare.service.called_at.front() == began + 5s);
    }

    TEST_CASE_FIXTURE(two_tiers, "deployments of one tier are used at once, whichever has room")
    {
        spare.settings.tier = 1;
        service.latency = spare.service.latency = 1s;
        open();
        put("documents", 10);
        time.advance(10ms);
        CHECK(service.in_flight == 1);
        CHECK(spare.service.in_flight == 1);
        finish();
        CHECK(service.batches.size() == 5);
        CHECK(spare.service.batches.size() == 5);
    }

    TEST_CASE_FIXTURE(two_tiers,
                      "when a region is down the other one takes over, and gives back within ten seconds")
    {
        deployment_settings.max_concurrency = 16;
        spare.settings.max_concurrency = 16;
        open();
        const auto offer_for = [&](int seconds) {
            for (int i = 0; i < seconds; ++i) {
                put("documents", 5);
                time.advance(1s);
            }
        };
        offer_for(10);
        CHECK(spare.service.batches.empty());

        service.rule = unavailable;
        offer_for(120);
        const auto taken_over = spare.service.batches.size();
        CHECK(taken_over >= 119 * 5 - 120);
        CHECK(sink.published.size() >= 129 * 5);  // nothing waits: at most a call that is a probe
        const auto probes = service.batches.size() - 50;
        CHECK(probes <= 120);

        service.rule = nullptr;
        offer_for(10);
        const auto before = spare.service.batches.size();
        offer_for(30);
        CHECK(spare.service.batches.size() == before);
        finish();
        REQUIRE(ended);
        CHECK(sink.count(ending::result) == 170 * 5);
    }

    TEST_CASE_FIXTURE(two_tiers, "when all deployments are down jobs wait, and none of them fails")
    {
        service.rule = spare.service.rule = unavailable;
        open();
        put("documents", 20);
        time.advance(1h);
        CHECK(sink.published.empty());
        service.rule = spare.service.rule = nullptr;
        finish();
        REQUIRE(ended);
        CHECK(sink.count(ending::result) == 20);
    }

    TEST_CASE_FIXTURE(two_tiers, "attempts at one deployment are not judged by what another one answers")
    {
        // The first one fails on everything; only the second one ever answers.
        service.rule = unavailable;
        deployment_settings.max_concurrency = 4;
        open();
        for (int i = 0; i < 600; ++i) {
            put("documents", 1);
            time.advance(1s);
        }
        finish();
        REQUIRE(ended);
        CHECK(sink.count(ending::failed) == 0);
        CHECK(sink.count(ending::result) == 600);
    }

    TEST_CASE_FIXTURE(two_tiers, "a provisioned deployment that refuses for a moment is waited for")
    {
        deployment_settings.provisioned = true;
        service.rule = [](const pipeline::request& ask, int number) -> pipeline::result<pipeline::reply> {
            if (number % 2 == 0) return tests::fake_service::good_reply(ask);
            return failure{errc::throttled, "at capacity"}.with_status(429).with_retry_after(50ms);
        };
        open();
        put("documents", 10);
        finish();
        REQUIRE(ended);
        CHECK(sink.count(ending::result) == 10);
        CHECK(spare.service.batches.empty());
        CHECK(counters.calls_throttled == 10);
    }
}
