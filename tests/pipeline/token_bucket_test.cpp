#include "pipeline/token_bucket.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace std::chrono_literals;
using namespace config::literals;
using pipeline::charge_wish;
using pipeline::gate_reason;
using pipeline::token_bucket;

namespace {

constexpr config::time_point start{1h};

config::quota_settings tokens_a_minute(config::tokens tokens) { return {tokens, std::nullopt}; }

pipeline::call_report success(config::tokens reserved, std::int64_t billed)
{
    return {start, reserved, nullptr, billed};
}

// A bucket that had the time to fill.
token_bucket full(const config::quota_settings& quota) { return token_bucket{quota, start - 1min}; }

}  // namespace

TEST_CASE("without a quota everything passes")
{
    token_bucket bucket{{}, start};
    bucket.take(1'000'000_tok, start);
    const auto offered = bucket.offer({1_tok, 1_tok}, start);
    CHECK(offered.most == pipeline::allowance::unlimited);
    CHECK(offered.oversized_alone);
}

TEST_CASE("a worker starts with the room of a few seconds, not with a whole minute")
{
    token_bucket bucket{tokens_a_minute(60'000_tok), start};
    CHECK(bucket.offer({1_tok, 60'000_tok}, start).most == 5'000_tok);
}

TEST_CASE("the bucket fills by a sixtieth of the quota per second, and never above it")
{
    token_bucket bucket{tokens_a_minute(60'000_tok), start};
    bucket.take(5'000_tok, start);
    CHECK(bucket.offer({1_tok, 60'000_tok}, start + 1s).most == 1'000_tok);
    CHECK(bucket.offer({1_tok, 60'000_tok}, start + 2s).most == 2'000_tok);
    CHECK(bucket.offer({1_tok, 60'000_tok}, start + 1h).most == 60'000_tok);
}

TEST_CASE("the bucket waits for a charge worth sending, but not for more than there is to send")
{
    token_bucket bucket{tokens_a_minute(140'000_tok), start};  // 1,000 tokens a charge
    bucket.take(11'666_tok, start);
    const charge_wish much{1_tok, 50'000_tok};
    const charge_wish little{1_tok, 10_tok};
    CHECK(bucket.offer(much, start + 100ms).most == 0_tok);
    CHECK(bucket.offer(much, start + 100ms).reason == gate_reason::quota);
    CHECK(bucket.offer(little, start + 100ms).most >= 10_tok);
    CHECK(bucket.offer(much, start + 430ms).most >= 1'000_tok);
}

TEST_CASE("the bucket waits for the oldest part however little a charge need be")
{
    token_bucket bucket{tokens_a_minute(60'000_tok), start};
    CHECK(bucket.offer({6'000_tok, 6'000_tok}, start).most == 0_tok);
    CHECK(bucket.offer({6'000_tok, 6'000_tok}, start).ask_again == start + 1s + 1ns);
    CHECK(bucket.offer({6'000_tok, 6'000_tok}, start + 1s + 1ns).most == 6'000_tok);
}

TEST_CASE("charges are large enough that requests do not run out before tokens")
{
    // 1,000 tokens for each request that is permitted.
    token_bucket bucket{{60'000_tok, 60_req}, start};
    bucket.take(5'000_tok, start);
    CHECK(bucket.offer({1_tok, 60'000_tok}, start + 1100ms).most == 0_tok);
    CHECK(bucket.offer({1_tok, 60'000_tok}, start + 1201ms).most == 1'201_tok);
}

TEST_CASE("a batch above the whole quota passes alone from a full bucket and leaves a debt")
{
    auto bucket = full(tokens_a_minute(600_tok));
    const charge_wish huge{1'000_tok, 1'000_tok};
    const auto offered = bucket.offer(huge, start);
    CHECK(offered.most == 600_tok);
    CHECK(offered.oversized_alone);

    bucket.take(1'000_tok, start);
    CHECK(bucket.offer({1_tok, 1_tok}, start + 40s).most == 0_tok);
    CHECK(bucket.offer({1_tok, 1_tok}, start + 40s).ask_again == start + 40s + 100ms + 1ns);
    CHECK(bucket.offer({1_tok, 1_tok}, start + 41s).most == 10_tok);
    CHECK_FALSE(bucket.offer({1_tok, 1_tok}, start + 41s).oversized_alone);
    CHECK(bucket.offer(huge, start + 99s).most == 0_tok);
    CHECK(bucket.offer(huge, start + 100s).oversized_alone);
}

TEST_CASE("a reply that was billed at less than estimated gives the rest back")
{
    token_bucket bucket{tokens_a_minute(60'000_tok), start};
    bucket.take(4'000_tok, start);
    bucket.settle(success(4'000_tok, 1'000), start);
    CHECK(bucket.offer({1_tok, 60'000_tok}, start).most == 4'000_tok);
}

TEST_CASE("what a call cost more than estimated is paid back before the next")
{
    token_bucket bucket{tokens_a_minute(60'000_tok), start};
    bucket.take(5'000_tok, start);
    bucket.settle(success(5'000_tok, 15'000), start);
    CHECK(bucket.offer({1_tok, 1_tok}, start + 10s).most == 0_tok);
    CHECK(bucket.offer({1_tok, 1_tok}, start + 11s).most == 1'000_tok);
}

TEST_CASE("giving back never fills the bucket above the quota")
{
    auto bucket = full(tokens_a_minute(600_tok));
    bucket.take(500_tok, start);
    bucket.settle(success(500_tok, 1), start + 30s);
    CHECK(bucket.offer({1_tok, 600_tok}, start + 30s).most == 600_tok);
}

TEST_CASE("what failed, was broken off or has an unknown bill counts as charged")
{
    token_bucket bucket{tokens_a_minute(60'000_tok), start};
    bucket.take(4'000_tok, start);
    SUBCASE("failed")
    {
        const pipeline::failure why{pipeline::errc::transient, "cut"};
        bucket.settle({start, 4'000_tok, &why, 0}, start);
    }
    SUBCASE("broken off") { bucket.give_back(4'000_tok); }
    SUBCASE("bill unknown") { bucket.settle(success(4'000_tok, 0), start); }
    CHECK(bucket.offer({1_tok, 60'000_tok}, start).most == 1'000_tok);
}

TEST_CASE("a refused request with an absurd estimate does not stop the deployment for days")
{
    auto bucket = full(tokens_a_minute(600_tok));
    constexpr auto absurd = config::tokens{1'000'000'000'000};
    bucket.take(absurd, start);
    CHECK(bucket.offer({1_tok, 1_tok}, start).ask_again <= start + 1h);
    SUBCASE("refused")
    {
        const pipeline::failure why{pipeline::errc::refused, "max_tokens is too large"};
        bucket.settle({start, absurd, &why, 0}, start);
    }
    SUBCASE("broken off") { bucket.give_back(absurd); }
    CHECK(bucket.offer({1_tok, 1_tok}, start).most == 0_tok);
    CHECK(bucket.offer({1_tok, 1_tok}, start + 1s).most == 10_tok);
}

TEST_CASE("requests per minute are counted as requests, whatever they cost")
{
    token_bucket bucket{{std::nullopt, 60_req}, start};
    for (int i = 0; i < 5; ++i) {
        REQUIRE(bucket.offer({1_tok, 1_tok}, start).most == pipeline::allowance::unlimited);
        bucket.take(1'000'000_tok, start);
        bucket.settle(success(1'000'000_tok, 1), start);
    }
    const auto refused = bucket.offer({1_tok, 1_tok}, start);
    CHECK(refused.most == 0_tok);
    CHECK(refused.ask_again == start + 1s + 1ns);
    CHECK(bucket.offer({1_tok, 1_tok}, refused.ask_again).most > 0_tok);
}

TEST_CASE("even one request a minute may be sent at once")
{
    token_bucket bucket{{std::nullopt, 1_req}, start};
    CHECK(bucket.offer({1_tok, 1_tok}, start).most > 0_tok);
    bucket.take(1_tok, start);
    CHECK(bucket.offer({1_tok, 1_tok}, start + 59s).most == 0_tok);
    CHECK(bucket.offer({1_tok, 1_tok}, start + 60s + 1ns).most > 0_tok);
}

TEST_CASE("at the promised time the bucket is open, and shortly before it is not")
{
    const auto seed = std::random_device{}();
    CAPTURE(seed);
    std::mt19937_64 random{seed};
    const auto up_to = [&](std::int64_t most) {
        return std::uniform_int_distribution<std::int64_t>{1, most}(random);
    };
    for (int round = 0; round < 2'000; ++round) {
        const auto quota = up_to(round % 2 ? 100 : 10'000'000);
        token_bucket bucket{{config::tokens{quota}, config::requests{up_to(1'000)}}, start};
        auto now = start;
        for (int call = 0; call < 20; ++call) {
            const auto least = up_to(quota + quota / 10 + 1);
            const charge_wish wish{config::tokens{least}, config::tokens{least + up_to(quota)}};
            auto offered = bucket.offer(wish, now);
            while (offered.most == 0_tok) {
                REQUIRE(offered.ask_again > now);
                const auto early = offered.ask_again - (offered.ask_again - now) / 1'000 - 2ns;
                if (early > now) REQUIRE(bucket.offer(wish, early).most == 0_tok);
                const auto before = offered.reason;
                now = offered.ask_again;
                offered = bucket.offer(wish, now);
                // Tokens may be missing once there is a request to spend, but never the same thing twice.
                REQUIRE(before == gate_reason::quota);
            }
            REQUIRE((offered.most >= wish.least || offered.oversized_alone));
            bucket.take(wish.least, now);
        }
    }
}

TEST_CASE("over any minute no more is charged than the quota and what the start allowed")
{
    const auto quota = 14'000;
    token_bucket bucket{tokens_a_minute(config::tokens{quota}), start};
    auto now = start;
    std::int64_t charged = 0;
    while (now < start + 10min) {
        const auto offered = bucket.offer({10_tok, 1'000'000_tok}, now);
        if (offered.most == 0_tok) {
            now = offered.ask_again;
            continue;
        }
        bucket.take(offered.most, now);
        charged += offered.most.count();
    }
    CHECK(charged <= 10 * quota + quota / 12);
    CHECK(charged >= 10 * quota - quota / 100);
}
