#include "tools/simulator/quota.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/tools/simulator_client.hpp"
#include "tests/tools/simulator_service_fixture.hpp"
#include "tools/simulator/quota_json.hpp"
#include "tools/simulator/running_server.hpp"

using namespace std::chrono_literals;
using doctest::Approx;
using simulator::quota_kind;
using tests::json_body;

namespace {

constexpr simulator::quota::time_point start{1h};

simulator::charge tokens(std::uint64_t count)
{
    return {.deployment = "vectors", .inputs = 1, .tokens = count};
}

std::string header(const simulator::admission& verdict, std::string_view name)
{
    return std::string{simulator::find_header(verdict.headers, name)};
}

std::string problem(std::string_view limits)
{
    try {
        static_cast<void>(simulator::read_quota_limits(limits));
    } catch (const std::invalid_argument& why) {
        return why.what();
    }
    return {};
}

simulator::delivery ask(simulator::service& service, std::string_view method, std::string_view target,
                        std::string body = {})
{
    return service.answer(
        {.method = std::string{method}, .target = std::string{target}, .body = std::move(body)}, start);
}

}  // namespace

TEST_CASE("each charge comes back a minute after it was taken, and not before")
{
    simulator::quota quota{{.tokens_per_minute = 100}, {}, 1};
    CHECK_FALSE(quota.admit(tokens(60), start).refusal);
    CHECK_FALSE(quota.admit(tokens(40), start + 30s).refusal);
    const auto refused = quota.admit(tokens(50), start + 40s);
    REQUIRE(refused.refusal);
    CHECK((refused.refusal->kind == quota_kind::tokens));
    CHECK(refused.refusal->wait == 20s);
    CHECK(refused.refusal->used == 100);
    CHECK(header(refused, "x-ratelimit-limit-tokens") == "100");
    CHECK(header(refused, "x-ratelimit-remaining-tokens") == "0");

    CHECK(quota.admit(tokens(50), start + 60s - 1ns).refusal);
    const auto admitted = quota.admit(tokens(50), start + 60s);
    CHECK_FALSE(admitted.refusal);
    CHECK(header(admitted, "x-ratelimit-remaining-tokens") == "10");
}

TEST_CASE("requests are counted over ten seconds, a sixth of what a minute may have")
{
    simulator::quota quota{{.requests_per_minute = 12}, {}, 1};
    CHECK_FALSE(quota.admit(tokens(1), start).refusal);
    const auto second = quota.admit(tokens(1), start + 4s);
    CHECK_FALSE(second.refusal);
    CHECK(header(second, "x-ratelimit-limit-requests") == "12");
    CHECK(header(second, "x-ratelimit-remaining-requests") == "0");
    const auto refused = quota.admit(tokens(1), start + 5s);
    REQUIRE(refused.refusal);
    CHECK((refused.refusal->kind == quota_kind::requests));
    CHECK(refused.refusal->wait == 5s);
    CHECK_FALSE(quota.admit(tokens(1), start + 10s).refusal);
}

TEST_CASE("without limits everything is let in, and no header speaks of them")
{
    simulator::quota quota{{}, {}, 1};
    const auto verdict = quota.admit(tokens(1'000'000'000), start);
    CHECK_FALSE(verdict.refusal);
    CHECK(verdict.headers.empty());
}

TEST_CASE("a request above the whole quota is told to wait for a day")
{
    simulator::quota quota{{.tokens_per_minute = 100}, {}, 1};
    const auto refused = quota.admit(tokens(101), start);
    REQUIRE(refused.refusal);
    CHECK(refused.refusal->wait == 24h);
}

TEST_CASE("limits that change keep what has been charged")
{
    simulator::quota quota{{.tokens_per_minute = 100}, {}, 1};
    CHECK_FALSE(quota.admit(tokens(70), start).refusal);
    quota.set({.tokens_per_minute = 50}, start + 1s);
    const auto refused = quota.admit(tokens(1), start + 1s);
    CHECK(refused.refusal);
    CHECK(header(refused, "x-ratelimit-limit-tokens") == "50");
    CHECK(header(refused, "x-ratelimit-remaining-tokens") == "0");
    quota.set({.tokens_per_minute = 100}, start + 2s);
    CHECK_FALSE(quota.admit(tokens(30), start + 2s).refusal);
}

TEST_CASE("a bucket is refilled continuously, and holds a minute's quota")
{
    simulator::quota quota{
        {.tokens_per_minute = 600}, {.counts = simulator::token_counting::token_bucket}, 1};
    CHECK_FALSE(quota.admit(tokens(600), start).refusal);
    const auto refused = quota.admit(tokens(50), start + 1s);
    REQUIRE(refused.refusal);
    CHECK(refused.refusal->wait == 4s);
    CHECK(header(refused, "x-ratelimit-remaining-tokens") == "10");
    CHECK_FALSE(quota.admit(tokens(50), start + 5s).refusal);
}

TEST_CASE("a count may start anew with each minute of the clock")
{
    simulator::quota quota{
        {.tokens_per_minute = 100}, {.counts = simulator::token_counting::fixed_minute}, 1};
    CHECK_FALSE(quota.admit(tokens(100), start + 50s).refusal);
    const auto refused = quota.admit(tokens(1), start + 55s);
    REQUIRE(refused.refusal);
    CHECK(refused.refusal->wait == 5s);
    CHECK_FALSE(quota.admit(tokens(100), start + 60s).refusal);
}

TEST_CASE("a provisioned deployment lets in below its brim, and says how full it is")
{
    simulator::quota quota{{.tokens_per_minute = 240}, {.counts = simulator::token_counting::provisioned}, 1};
    CHECK_FALSE(quota.admit(tokens(59), start).refusal);
    const auto over = quota.admit(tokens(21), start);
    CHECK_FALSE(over.refusal);
    CHECK(header(over, "azure-openai-deployment-utilization").starts_with("133.3"));
    CHECK(header(over, "x-ratelimit-limit-tokens").empty());
    const auto refused = quota.admit(tokens(1), start);
    REQUIRE(refused.refusal);
    CHECK(refused.refusal->wait == 5s);
}

TEST_CASE("where refused requests are charged too, whoever goes on sending stays out")
{
    simulator::quota quota{{.tokens_per_minute = 100}, {.charges_refused = true}, 1};
    CHECK_FALSE(quota.admit(tokens(100), start).refusal);
    CHECK(quota.admit(tokens(60), start + 30s).refusal);
    CHECK(quota.admit(tokens(60), start + 60s).refusal);
    CHECK_FALSE(quota.admit(tokens(60), start + 120s).refusal);
}

TEST_CASE("the use of a quota is the time mean of what was charged, over the limit of its time")
{
    simulator::quota quota{{.tokens_per_minute = 100}, {}, 1};
    CHECK_FALSE(quota.admit(tokens(50), start).refusal);
    quota.set({.tokens_per_minute = 50}, start + 20s);
    CHECK(quota.admit(tokens(1), start + 20s).refusal);
    const auto count = quota.counts(start + 100s).at("vectors");
    CHECK(count.seconds == Approx(100));
    CHECK(count.full_seconds == Approx(20 * 0.5 + 40 * 1.0));
    CHECK(count.admitted == 1);
    CHECK(count.admitted_tokens == 50);
    CHECK(count.refused_for_tokens == 1);
    CHECK(count.refused_for_requests == 0);
    CHECK(count.used_tokens == 0);
}

TEST_CASE("another tenant takes its share, and what is left is for us")
{
    constexpr std::uint64_t limit = 600'000;
    simulator::quota quota{{.tokens_per_minute = limit, .foreign_share = 0.5}, {}, 1};
    static_cast<void>(quota.admit(tokens(1), start));
    const auto alone = quota.counts(start + 10min).at("vectors");
    CHECK(alone.foreign_seconds / alone.seconds > 0.42);  // a window is empty at first
    CHECK(alone.foreign_seconds / alone.seconds < 0.55);

    // Whoever asks for everything gets what the tenant leaves, and the tenant what comes free at the right
    // moment.
    for (auto now = start + 10min; now < start + 20min; now += 100ms)
        static_cast<void>(quota.admit(tokens(limit / 600), now));
    const auto together = quota.counts(start + 20min).at("vectors");
    CHECK(together.full_seconds <= together.seconds);
    CHECK((together.full_seconds - alone.full_seconds) / 600 > 0.95);
    CHECK(together.refused_for_tokens > 100);
    CHECK(together.foreign_tokens > alone.foreign_tokens);

    quota.set({.tokens_per_minute = limit}, start + 20min);
    const auto gone = quota.counts(start + 30min).at("vectors");
    CHECK(gone.foreign_tokens == together.foreign_tokens);
}

TEST_CASE("deployments do not share a meter")
{
    simulator::quota quota{{.tokens_per_minute = 10}, {}, 1};
    CHECK_FALSE(quota.admit({.deployment = "a", .inputs = 1, .tokens = 10}, start).refusal);
    CHECK_FALSE(quota.admit({.deployment = "b", .inputs = 1, .tokens = 10}, start).refusal);
    CHECK(quota.counts(start).size() == 2);
}

TEST_CASE("a service over its quota says so in its own words, with the time to wait in both spellings")
{
    simulator::service service{{.quota = {.tokens_per_minute = 2}}};
    const std::string body = R"({"model":"m","input":"four letters, more or less"})";
    const auto azure = tests::post(service, tests::classic_embeddings, body);
    CHECK(azure.answer.status == 429);
    CHECK(
        json_body{azure}.text("/error/message") ==
        "Requests to the Embeddings_Create Operation under Azure OpenAI API version 2024-10-21 have exceeded "
        "token rate limit of your current OpenAI S0 pricing tier. Please retry after 86400 seconds.");
    CHECK(simulator::find_header(azure.answer.headers, "retry-after") == "86400");
    CHECK(simulator::find_header(azure.answer.headers, "retry-after-ms") == "86400000");
    CHECK(simulator::find_header(azure.answer.headers, "x-ratelimit-limit-tokens") == "2");

    const auto openai = tests::post(service, "/v1/embeddings", body);
    CHECK(openai.answer.status == 429);
    CHECK(json_body{openai}.text("/error/type") == "tokens");
    CHECK(json_body{openai}.text("/error/code") == "rate_limit_exceeded");
    CHECK(json_body{openai}
              .text("/error/message")
              .starts_with("Request too large for m on tokens per min (TPM): "));

    service.limits().set({.requests_per_minute = 6}, {});
    CHECK(tests::post(service, "/v1/embeddings", body).answer.status == 200);
    const auto again = tests::post(service, "/v1/embeddings", body);
    CHECK(again.answer.status == 429);
    CHECK(json_body{again}.text("/error/type") == "requests");
    CHECK(simulator::find_header(again.answer.headers, "retry-after-ms") == "10000");
}

TEST_CASE("the quota is set, seen and dropped while the simulator runs")
{
    simulator::service service{{}};
    constexpr auto path = "/simulator/quota";
    CHECK(ask(service, "PUT", path, R"({"tokens_per_minute": 1000, "foreign_share": 0})").answer.status ==
          204);
    CHECK(service.limits().limits() == simulator::quota_limits{.tokens_per_minute = 1000});
    const auto answered = ask(service, "POST", tests::classic_embeddings.data(), R"({"input":"a"})");
    CHECK(answered.answer.status == 200);
    CHECK_FALSE(simulator::find_header(answered.answer.headers, "x-ratelimit-remaining-tokens").empty());

    const auto seen = ask(service, "GET", path);
    CHECK(json_body{seen}.number("/tokens_per_minute") == 1000);
    CHECK(json_body{seen}.number("/deployments/vectors/admitted") == 1);
    CHECK(json_body{seen}.number("/deployments/vectors/refused_for_tokens") == 0);
    CHECK(ask(service, "DELETE", path).answer.status == 204);
    CHECK(service.limits().limits() == simulator::quota_limits{});
    CHECK(ask(service, "POST", path).answer.status == 405);
    CHECK(ask(service, "PUT", path, R"({"tokens": 5})").answer.status == 400);
}

TEST_CASE("a test changes the limits of a running simulator and sees what they have come to")
{
    simulator::running_server server{{.quota = {.requests_per_minute = 6}}};
    const auto status = [&] {
        return tests::ask(server.port(), "POST", tests::classic_embeddings, R"({"input":"a"})").status;
    };
    CHECK(status() == 200);
    CHECK(status() == 429);
    server.set_quota({});
    CHECK(status() == 200);
    const auto count = server.quota_counts().at("vectors");
    CHECK(count.admitted == 2);
    CHECK(count.refused_for_requests == 1);
    CHECK(server.account().totals().refused.at(429) == 1);
}

TEST_CASE("limits that are not understood are refused with what is wrong")
{
    CHECK(problem("{").starts_with("quota: not JSON at byte"));
    CHECK(problem(R"({"tpm": 5})") == "quota: 'tpm' is not known here");
    CHECK(problem(R"({"tokens_per_minute": -1})").starts_with("quota: 'tokens_per_minute'"));
    CHECK(problem(R"({"foreign_share": 1.5})").starts_with("quota: 'foreign_share'"));
    CHECK(problem("{}").empty());
}
