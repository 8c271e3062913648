#include "pipeline/circuit_breaker.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace std::chrono_literals;
using pipeline::circuit_breaker;
using pipeline::errc;
using pipeline::failure;
using pipeline::gate_reason;

namespace {

constexpr config::time_point start{1h};
constexpr config::tokens cost{10};

// A breaker, and calls that are told apart by when they started.
struct guarded_deployment {
    circuit_breaker breaker{1};
    config::time_point now = start;

    [[nodiscard]] pipeline::allowance offer()
    {
        return breaker.offer(pipeline::charge_wish::exactly(cost), now);
    }
    [[nodiscard]] bool lets_through() { return offer().most > config::tokens{0}; }

    config::time_point begin()
    {
        REQUIRE(lets_through());
        breaker.take(cost, now);
        return now;
    }
    void succeed(config::time_point started) { breaker.settle({started, cost, nullptr, 10}, now); }
    void fail(config::time_point started, const failure& why)
    {
        breaker.settle({started, cost, &why, 0}, now);
    }

    void pass(config::duration time) { now += time; }
    // Waits as long as the breaker says, and at most so long.
    void wait_for_opening(config::duration longest)
    {
        const auto when = offer().ask_again;
        REQUIRE(when <= now + longest);
        now = when;
        REQUIRE(lets_through());
    }
    // Two failures after each other: what an outage begins with.
    void go_out()
    {
        for (int i = 0; i < 2; ++i) {
            const auto call = begin();
            pass(10ms);
            fail(call, broken);
        }
        REQUIRE(breaker.reason() == gate_reason::outage);
    }
    void stop()
    {
        const auto call = begin();
        pass(10ms);
        fail(call, wrong_key);
        REQUIRE(breaker.is_stopped());
    }

    const failure broken{errc::transient, "connection reset"};
    const failure wrong_key{errc::deployment_stopped, "the key is not accepted"};
    const failure too_many{errc::throttled, "slow down"};
};

}  // namespace

TEST_CASE_FIXTURE(guarded_deployment, "a single failure says nothing")
{
    const auto call = begin();
    pass(1s);
    fail(call, broken);
    CHECK(breaker.reason() == gate_reason::open);
    CHECK(lets_through());
}

TEST_CASE_FIXTURE(guarded_deployment, "a success between two failures keeps the deployment open")
{
    for (int i = 0; i < 5; ++i) {
        const auto failing = begin();
        const auto good = begin();
        pass(1s);
        fail(failing, broken);
        succeed(good);
    }
    CHECK(breaker.reason() == gate_reason::open);
}

TEST_CASE_FIXTURE(guarded_deployment,
                  "two failures in a row close the deployment for a moment, then one probe passes")
{
    go_out();
    CHECK(offer().reason == gate_reason::outage);
    wait_for_opening(500ms);
    const auto probe = begin();
    CHECK_FALSE(lets_through());
    CHECK(offer().ask_again == config::time_point::max());
    pass(1s);
    SUBCASE("an answer opens it")
    {
        succeed(probe);
        CHECK(breaker.reason() == gate_reason::open);
        begin();
        CHECK(lets_through());
    }
    SUBCASE("a refusal is an answer all the same")
    {
        fail(probe, {errc::refused, "input is empty"});
        CHECK(breaker.reason() == gate_reason::open);
        CHECK(lets_through());
    }
    SUBCASE("another failure closes it again")
    {
        fail(probe, {errc::timed_out, "no answer"});
        CHECK(breaker.reason() == gate_reason::outage);
        CHECK_FALSE(lets_through());
        wait_for_opening(1s);
    }
}

TEST_CASE_FIXTURE(guarded_deployment,
                  "pauses of an outage grow to four seconds and no further, and an answer forgets them")
{
    go_out();
    auto longest = config::duration::zero();
    for (int probes = 0; probes < 30; ++probes) {
        longest = std::max(longest, offer().ask_again - now);
        wait_for_opening(4s);
        fail(begin(), broken);
        pass(1ns);
    }
    CHECK(longest > 2s);
    wait_for_opening(4s);
    succeed(begin());
    pass(1ns);
    go_out();
    wait_for_opening(500ms);
}

TEST_CASE_FIXTURE(guarded_deployment, "eight calls that fail together are one failure")
{
    for (int i = 0; i < 8; ++i) begin();
    const auto started = now;
    pass(1s);
    fail(started, broken);
    fail(started, broken);
    const auto until = offer().ask_again;
    CHECK(until <= now + 500ms);
    for (int i = 2; i < 8; ++i) {
        pass(1ms);
        fail(started, broken);
        CHECK(offer().ask_again == until);
    }
}

TEST_CASE_FIXTURE(guarded_deployment, "a success of a call from before the closing does not open")
{
    const auto early = begin();
    go_out();
    succeed(early);
    CHECK(breaker.reason() == gate_reason::outage);
    CHECK_FALSE(lets_through());
    wait_for_opening(500ms);
    begin();
    CHECK_FALSE(lets_through());
}

TEST_CASE_FIXTURE(guarded_deployment, "a probe does not wait for calls that hang since before the closing")
{
    const auto hanging = begin();
    go_out();
    wait_for_opening(500ms);
    const auto probe = begin();
    SUBCASE("and is still the only one when they end")
    {
        pass(1s);
        fail(hanging, {errc::timed_out, "no answer"});
        CHECK_FALSE(lets_through());
    }
    pass(1s);
    succeed(probe);
    CHECK(lets_through());
}

TEST_CASE_FIXTURE(guarded_deployment, "a probe that is broken off makes room for the next")
{
    go_out();
    wait_for_opening(500ms);
    begin();
    breaker.give_back(cost);
    CHECK(lets_through());
}

TEST_CASE_FIXTURE(guarded_deployment, "a stopped deployment is probed once a minute, one call at a time")
{
    stop();
    CHECK(offer().reason == gate_reason::stopped);
    for (int probes = 0; probes < 3; ++probes) {
        CHECK(offer().ask_again == now + 1min);
        wait_for_opening(1min);
        const auto probe = begin();
        CHECK_FALSE(lets_through());
        pass(1s);
        fail(probe, wrong_key);
    }
    wait_for_opening(1min);
    succeed(begin());
    CHECK(breaker.reason() == gate_reason::open);
}

TEST_CASE_FIXTURE(guarded_deployment, "a probe that fails in another way leaves a stopped deployment stopped")
{
    stop();
    for (const auto reason : {errc::transient, errc::timed_out, errc::transient}) {
        wait_for_opening(1min);
        const auto probe = begin();
        pass(1s);
        fail(probe, {reason, "no answer"});
        CHECK(breaker.is_stopped());
        CHECK(offer().ask_again == now + 1min);
    }
}

TEST_CASE_FIXTURE(guarded_deployment, "a wrong key is believed at once, even by calls in flight")
{
    const auto early = begin();
    stop();
    const auto until = offer().ask_again;
    pass(10s);
    SUBCASE("same failure") { fail(early, wrong_key); }
    SUBCASE("other failure") { fail(early, broken); }
    SUBCASE("throttled") { fail(early, too_many); }
    SUBCASE("success") { succeed(early); }
    CHECK(breaker.is_stopped());
    CHECK(offer().ask_again == until);
}

TEST_CASE_FIXTURE(guarded_deployment, "a 429 holds back all calls for as long as it says, and a little more")
{
    const auto call = begin();
    pass(1s);
    fail(call, failure{errc::throttled, "slow down"}.with_retry_after(20s));
    CHECK(offer().reason == gate_reason::throttled);
    CHECK(offer().ask_again >= now + 20s);
    wait_for_opening(22s);
    begin();
    CHECK(lets_through());  // no probing: the service is well
}

TEST_CASE_FIXTURE(guarded_deployment,
                  "429s without a time grow the pause, as long as nothing is answered between")
{
    for (int refusals = 1; refusals <= 12; ++refusals) {
        const auto call = begin();
        pass(1ms);
        fail(call, too_many);
        const auto pause = offer().ask_again - now;
        const auto ceiling = refusals <= 7 ? 500ms * (1 << (refusals - 1)) : config::duration{60s};
        CHECK(pause >= ceiling / 10);
        CHECK(pause <= ceiling);
        now = offer().ask_again;
    }
    succeed(begin());
    pass(1ms);
    fail(begin(), too_many);
    CHECK(offer().ask_again <= now + 500ms);
}

TEST_CASE_FIXTURE(guarded_deployment,
                  "within a known quota two refusals in a row are noise, and the third closes the deployment")
{
    const auto why = failure{errc::throttled, "slow down"}.with_retry_after(20s);
    const auto refuse_once = [&] {
        const auto call = begin();
        pass(40ms);
        breaker.settle({call, cost, &why, 0, nullptr, true}, now);
    };
    SUBCASE("in a row")
    {
        for (int i = 0; i < 2; ++i) {
            refuse_once();
            CHECK(offer().reason == gate_reason::throttled);
            wait_for_opening(500ms);
        }
        refuse_once();
        CHECK(offer().ask_again >= now + 20s);
    }
    SUBCASE("with an answer between")
    {
        for (int i = 0; i < 10; ++i) {
            refuse_once();
            wait_for_opening(500ms);
            succeed(begin());
            pass(1ms);
        }
    }
}

TEST_CASE_FIXTURE(guarded_deployment, "429s that come together count once, and the longest wait holds")
{
    for (int i = 0; i < 8; ++i) begin();
    const auto started = now;
    pass(1s);
    for (int i = 0; i < 7; ++i) fail(started, too_many);
    CHECK(offer().ask_again <= now + 500ms);
    fail(started, failure{errc::throttled, "slow down"}.with_retry_after(20s));
    CHECK(offer().ask_again >= now + 20s);

    now = offer().ask_again;
    const auto next = begin();
    pass(1ms);
    fail(next, too_many);
    CHECK(offer().ask_again <= now + 1s);
}

TEST_CASE_FIXTURE(guarded_deployment, "a late success does not cut a wait short that the service asked for")
{
    const auto early = begin();
    const auto call = begin();
    pass(1s);
    fail(call, failure{errc::throttled, "slow down"}.with_retry_after(20s));
    succeed(early);
    CHECK(breaker.reason() == gate_reason::throttled);
    CHECK_FALSE(lets_through());
}

TEST_CASE_FIXTURE(guarded_deployment, "waiting costs no patience: failures and 429s are counted apart")
{
    const auto call = begin();
    pass(1ms);
    fail(call, broken);
    const auto next = begin();
    pass(1ms);
    fail(next, failure{errc::throttled, "slow down"}.with_retry_after(1s));
    wait_for_opening(2s);
    succeed(begin());
    pass(1ms);
    fail(begin(), broken);
    CHECK(lets_through());
}
