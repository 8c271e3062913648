#include "worker/token_credential.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <vector>

#include "tests/worker/token_rig.hpp"

using namespace std::chrono_literals;
using namespace tests;
using pipeline::errc;
using pipeline::failure;

namespace {

std::string token_of(const token_rig::call& one)
{
    if (!one.token) return "waits";
    return one.token->has_value() ? **one.token : "failed: " + one.token->error().detail();
}

}  // namespace

TEST_CASE_FIXTURE(token_rig, "calls wait for the first token, which is asked for once")
{
    std::array<call, 3> calls;
    for (auto& each : calls) begin(each);
    for (const auto& each : calls) CHECK(token_of(each) == "waits");

    time.advance(2s);
    for (const auto& each : calls) CHECK(token_of(each) == "t1");
    CHECK(issuer->asked == 1);
}

TEST_CASE_FIXTURE(token_rig, "in a thousand lifetimes no call waits, fails, or shows a token that has ended")
{
    time.advance(2s);
    int unserved = 0;
    for (int minute = 0; minute < 60 * 1000; ++minute) {
        // Now and then the issuer is away for four minutes, about the time that a token is due.
        const bool away = minute % 600 >= 52 && minute % 600 < 56;
        issuer->why_not = away ? std::optional{failure{errc::transient, "503"}} : std::nullopt;
        call one;
        begin(one, 0s);
        const bool served = one.token && one.token->has_value() && issuer->ends.at(**one.token) > time.now();
        unserved += served ? 0 : 1;
        time.advance(1min);
    }
    CHECK(unserved == 0);
    CHECK(issuer->issued > 1000);
    CHECK(issuer->issued < 1250);
    CHECK(issuer->most_under_way == 1);
}

TEST_CASE_FIXTURE(token_rig, "a token is renewed in the background, and the old one shown meanwhile")
{
    time.advance(2s);
    issuer->latency = 3min;
    time.advance(55min + 1s);
    REQUIRE(issuer->under_way == 1);
    call one;
    begin(one, 0s);
    CHECK(token_of(one) == "t1");

    time.advance(3min);
    call other;
    begin(other, 0s);
    CHECK(token_of(other) == "t2");
}

TEST_CASE_FIXTURE(token_rig, "without a token, calls fail with the reason until the next attempt is due")
{
    issuer->why_not = failure{errc::deployment_stopped, "Entra ID answered 401"}.with_code("AADSTS7000215");
    call waiting;
    begin(waiting);
    time.advance(2s);
    REQUIRE(waiting.token.has_value());
    const auto why = waiting.token->error();
    CHECK(static_cast<int>(why.reason()) == static_cast<int>(errc::deployment_stopped));
    CHECK(why.code() == "AADSTS7000215");
    CHECK(why.detail() == "signing in by the fake issuer failed: Entra ID answered 401");
    CHECK(why.retry_after() == 60s);

    time.advance(20s);
    call later;
    begin(later);
    REQUIRE(later.token.has_value());
    CHECK(later.token->error().retry_after() == 40s);
    CHECK(issuer->asked == 1);

    issuer->why_not.reset();
    time.advance(42s);
    call last;
    begin(last);
    CHECK(token_of(last) == "t1");
}

TEST_CASE_FIXTURE(token_rig, "a call that has waited long enough for a token fails for a time")
{
    issuer->latency = 1h;
    call one;
    begin(one, 5s);
    time.advance(5s);
    REQUIRE(one.token.has_value());
    CHECK(static_cast<int>(one.token->error().reason()) == static_cast<int>(errc::transient));
}

TEST_CASE_FIXTURE(token_rig, "calls whose token is refused together have it replaced once")
{
    time.advance(2s);
    call one;
    begin(one, 0s);
    time.advance(10min);

    std::array<std::optional<bool>, 3> replaced;
    for (auto& each : replaced) begin_replacing(one.version, each);
    for (const auto& each : replaced) CHECK_FALSE(each.has_value());
    time.advance(2s);
    for (const auto& each : replaced) CHECK(each == true);
    CHECK(issuer->asked == 2);

    std::optional<bool> late;  // answered 401 when the new one was there already
    begin_replacing(one.version, late);
    CHECK(late == true);
    CHECK(issuer->asked == 2);
}

TEST_CASE_FIXTURE(token_rig, "a fresh token that is refused is not replaced: its age is not the reason")
{
    time.advance(2s);
    call one;
    begin(one, 0s);
    std::optional<bool> replaced;
    begin_replacing(one.version, replaced);
    CHECK(replaced == false);
    CHECK(issuer->asked == 1);
}

TEST_CASE_FIXTURE(token_rig, "a refused token stays in use where there is no other")
{
    time.advance(2s);
    call one;
    begin(one, 0s);
    time.advance(10min);
    issuer->why_not = failure{errc::transient, "503"};
    std::optional<bool> replaced;
    begin_replacing(one.version, replaced);
    time.advance(2s);
    CHECK(replaced == false);

    call other;
    begin(other, 0s);
    CHECK(token_of(other) == "t1");
}

TEST_CASE_FIXTURE(token_rig,
                  "the log tells of the first token, the first failure and the recovery, and of no token")
{
    time.advance(2s);
    issuer->why_not = failure{errc::transient, "503"};
    time.advance(2h);
    issuer->why_not.reset();
    time.advance(10min);
    CHECK(log.count("signed in the fake issuer") >= 2);
    CHECK(log.count("signing in failed the fake issuer") >= 2);
    CHECK(log.count("t1") == 0);
}

namespace {

struct kept_tokens final : worker::sign_in_listener {
    void granted(std::string_view token, config::duration lifetime) override
    {
        told.push_back(std::string{token} + " for " + std::to_string(lifetime / 1s) + " s");
    }
    void failed(std::string_view reason) override { told.emplace_back(reason); }
    std::vector<std::string> told;
};

}  // namespace

TEST_CASE_FIXTURE(token_rig, "a listener is told of every token and of every failure, without being asked")
{
    kept_tokens listener;
    tokens->tell(listener);
    time.advance(2s);
    CHECK(listener.told == std::vector<std::string>{"t1 for 3600 s"});
    issuer->why_not = failure{errc::transient, "the issuer is away"};
    time.advance(1h);
    REQUIRE(listener.told.size() > 1);
    CHECK(listener.told.back() == "signing in by the fake issuer failed: the issuer is away");
    issuer->why_not.reset();
    time.advance(5min);
    CHECK(listener.told.back() == "t2 for 3600 s");
}

TEST_CASE_FIXTURE(token_rig, "a token that was refused is fetched anew at once, unless it is young")
{
    kept_tokens listener;
    tokens->tell(listener);
    time.advance(2s);
    tokens->renew();
    time.advance(10s);
    CHECK(listener.told.size() == 1);
    time.advance(1min);
    tokens->renew();
    time.advance(2s);
    CHECK(listener.told.back() == "t2 for 3600 s");
}
