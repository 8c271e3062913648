#include "pipeline/pacing.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace std::chrono_literals;
using namespace config::literals;
using pipeline::charge_wish;
using pipeline::failure;
using pipeline::gate_reason;
using pipeline::pacing;

namespace {

constexpr config::time_point start{1h};

config::quota_settings tokens_a_minute(config::tokens tokens) { return {tokens, std::nullopt}; }

// A worker with endless work of one size of call, and the answers that it gets.
struct one_worker {
    pacing pace;
    config::time_point now = start;

    explicit one_worker(const config::quota_settings& quota) : pace{quota, 1, start} {}

    [[nodiscard]] pipeline::allowance offer(config::tokens cost)
    {
        return pace.offer(charge_wish::exactly(cost), now);
    }
    [[nodiscard]] bool lets_through(config::tokens cost)
    {
        const auto offered = offer(cost);
        return offered.most >= cost || (offered.oversized_alone && offered.most > 0_tok);
    }
    // Sends calls of this cost as fast as it may, and says how many tokens that were.
    std::int64_t send_for(config::duration time, config::tokens cost)
    {
        std::int64_t sent = 0;
        for (const auto end = now + time; now < end;) {
            if (!lets_through(cost)) {
                now = std::min(end, std::max(offer(cost).ask_again, now + 1ns));
                continue;
            }
            pace.take(cost, now);
            sent += cost.count();
        }
        return sent;
    }
    void answer(config::time_point started, config::tokens cost, const pipeline::quota_notice& said)
    {
        pace.settle({started, cost, nullptr, cost.count(), &said}, now);
    }
    void refuse(config::time_point started, config::tokens cost,
                pipeline::limit_kind which = pipeline::limit_kind::tokens)
    {
        const auto why = failure{pipeline::errc::throttled, "over the quota"}.with_limit(which);
        pace.settle({started, cost, &why, 0}, now);
    }
};

}  // namespace

TEST_CASE("without a quota everything passes, until the service says of one")
{
    one_worker worker{{}};
    worker.pace.take(1'000'000_tok, start);
    CHECK(worker.offer(1_tok).most == pipeline::allowance::unlimited);
    CHECK(worker.offer(1_tok).oversized_alone);
    CHECK_FALSE(worker.pace.knows_a_limit());

    pipeline::quota_notice said;
    said.limit_tokens = 60'000;
    worker.answer(start, 100_tok, said);
    CHECK(worker.pace.knows_a_limit());
    CHECK(worker.send_for(60s, 100_tok) <= 60'000);
}

TEST_CASE("the first call of an idle worker passes at once")
{
    one_worker worker{tokens_a_minute(60'000_tok)};
    CHECK(worker.lets_through(500_tok));
}

TEST_CASE("a minute's quota is spread over the minute, in the first as in all others")
{
    one_worker worker{tokens_a_minute(60'000_tok)};
    for (int i = 0; i < 30; ++i) {
        const auto sent = worker.send_for(10s, 100_tok);
        CHECK(sent >= 9'600);
        CHECK(sent <= 10'700);
    }
}

TEST_CASE("in no rolling minute more is charged than the quota, whatever the charges are")
{
    const auto seed = std::random_device{}();
    CAPTURE(seed);
    std::mt19937_64 random{seed};
    one_worker worker{tokens_a_minute(60'000_tok)};
    std::vector<std::pair<config::time_point, std::int64_t>> sent;
    while (worker.now < start + 10min) {
        const config::tokens cost{std::uniform_int_distribution<std::int64_t>{1, 6'000}(random)};
        while (!worker.lets_through(cost)) worker.now = worker.offer(cost).ask_again;
        worker.pace.take(cost, worker.now);
        sent.emplace_back(worker.now, cost.count());
    }
    std::int64_t in_window = 0;
    for (std::size_t first = 0, last = 0; last < sent.size(); ++last) {
        in_window += sent[last].second;
        while (sent[first].first + 60s < sent[last].first) in_window -= sent[first++].second;
        REQUIRE(in_window <= 60'000);
    }
}

TEST_CASE("a worker keeps to its share, and to a new one, but for what goes unrefused")
{
    one_worker worker{tokens_a_minute(60'000_tok)};
    worker.pace.set_share(0.25, start);
    CHECK(worker.send_for(60s, 100_tok) <= 15'500);
    worker.pace.set_share(0.125, worker.now);
    (void)worker.send_for(60s, 100_tok);
    // A service that says nothing of its limits is tried out slowly: others may be idle.
    CHECK(worker.send_for(60s, 100_tok) <= 8'200);
    for (int i = 0; i < 10; ++i) worker.refuse(worker.now, 100_tok);
    (void)worker.send_for(60s, 100_tok);
    CHECK(worker.send_for(60s, 100_tok) <= 7'500);
}

TEST_CASE("a share that grows is taken up where the service says nothing of its limits")
{
    one_worker worker{tokens_a_minute(60'000_tok)};
    worker.pace.set_share(0.25, start);
    (void)worker.send_for(60s, 100_tok);
    worker.pace.set_share(1, worker.now);
    (void)worker.send_for(3min, 100_tok);
    CHECK(worker.send_for(60s, 100_tok) > 50'000);
}

TEST_CASE("what failed or was broken off counts as charged")
{
    one_worker worker{tokens_a_minute(60'000_tok)};
    std::int64_t sent = 0;
    for (int i = 0; i < 8; ++i) {
        const auto began = worker.now;
        sent += worker.send_for(10s, 1'000_tok);
        const failure why{pipeline::errc::transient, "cut"};
        worker.pace.settle({began, 1'000_tok, &why, 0}, worker.now);
        worker.pace.give_back(1'000_tok);
    }
    CHECK(sent <= 80'000 + 2'000);
}

TEST_CASE("a call above the whole quota passes alone once nothing else counts, and counts as the whole of it")
{
    one_worker worker{tokens_a_minute(600_tok)};
    worker.pace.take(300_tok, start);
    worker.now += 40s;
    CHECK_FALSE(worker.lets_through(1'000'000'000_tok));
    worker.now += 30s;
    REQUIRE(worker.lets_through(1'000'000'000_tok));
    CHECK(worker.offer(1'000'000'000_tok).oversized_alone);
    worker.pace.take(1'000'000'000_tok, worker.now);
    CHECK_FALSE(worker.lets_through(1_tok));
    worker.now += 65s;
    CHECK(worker.lets_through(1_tok));
}

TEST_CASE("where parts share requests, a charge is worth sending")
{
    one_worker worker{tokens_a_minute(140'000_tok)};  // 1,000 tokens a charge
    const charge_wish much{1_tok, 50'000_tok, 1_tok, 50'000_tok};
    const auto offered = worker.pace.offer(much, start);
    CHECK(offered.most >= 1'000_tok);
    CHECK(offered.most <= 2'500_tok);
    CHECK(offered.reason == gate_reason::quota);
}

TEST_CASE("charges are large enough that requests do not run out before tokens")
{
    pacing pace{{60'000_tok, 60_req}, 1, start};  // 1,000 tokens for each request that is permitted
    CHECK(pace.offer({1_tok, 50'000_tok, 1_tok, 50'000_tok}, start).most >= 1'200_tok);
}

TEST_CASE("a part that does not fit lets smaller ones go ahead for a few seconds, and then no more")
{
    one_worker worker{tokens_a_minute(10'000_tok)};
    (void)worker.send_for(65s, 100_tok);
    const charge_wish wish{5'000_tok, 5'000_tok, 50_tok, 10'000_tok};
    auto passed_over = 0;
    const auto end = worker.now + 2min;
    while (worker.now < end) {
        const auto offered = worker.pace.offer(wish, worker.now);
        if (offered.most >= 5'000_tok) break;
        if (offered.most > 0_tok) {
            ++passed_over;
            worker.pace.take(50_tok, worker.now);
        }
        worker.now += 50ms;
    }
    CHECK(passed_over > 0);
    CHECK(worker.now < end);
}

TEST_CASE("a quota that the service lowers is kept to at once, and a restored one used again")
{
    one_worker worker{tokens_a_minute(60'000_tok)};
    (void)worker.send_for(2min, 100_tok);
    pipeline::quota_notice said;
    said.limit_tokens = 30'000;
    worker.answer(worker.now, 100_tok, said);
    CHECK(worker.send_for(25s, 100_tok) == 0);  // the minute holds twice the new quota
    (void)worker.send_for(40s, 100_tok);
    CHECK(worker.send_for(60s, 100_tok) <= 30'000);
    said.limit_tokens = 120'000;  // more than was configured
    worker.answer(worker.now, 100_tok, said);
    (void)worker.send_for(60s, 100_tok);
    const auto sent = worker.send_for(60s, 100_tok);
    CHECK(sent > 50'000);
    CHECK(sent <= 60'000);
}

TEST_CASE("what others hold is left alone, and taken when they have gone")
{
    one_worker worker{tokens_a_minute(60'000_tok)};
    worker.pace.set_share(0.5, start);
    pipeline::charge_log as_the_service_sees_us;
    const auto play = [&](config::duration time, std::int64_t foreign) {
        std::int64_t sent = 0;
        for (const auto end = worker.now + time; worker.now < end;) {
            const auto charged = worker.send_for(500ms, 100_tok);
            sent += charged;
            as_the_service_sees_us.add(config::tokens{charged}, worker.now);
            pipeline::quota_notice said;
            said.limit_tokens = 60'000;
            said.remaining_tokens = 60'000 - foreign - as_the_service_sees_us.in_window(worker.now);
            worker.answer(worker.now, 100_tok, said);
        }
        return sent;
    };
    (void)play(2min, 50'000);
    CHECK(play(60s, 50'000) <= 12'000);
    (void)play(4min, 5'000);
    CHECK(play(60s, 5'000) > 45'000);
}

TEST_CASE("who was squeezed out by what he last heard looks again")
{
    one_worker worker{tokens_a_minute(60'000_tok)};
    worker.pace.set_share(0.5, start);
    pipeline::quota_notice said;
    said.limit_tokens = 60'000;
    said.remaining_tokens = 0;
    worker.answer(worker.now, 100_tok, said);
    CHECK_FALSE(worker.lets_through(100_tok));
    worker.now += 1min;
    CHECK(worker.lets_through(100_tok));
}

TEST_CASE("a refusal for tokens leaves more free, for a while; one for requests does not")
{
    const auto sent_after = [](pipeline::limit_kind which) {
        one_worker worker{tokens_a_minute(60'000_tok)};
        (void)worker.send_for(2min, 500_tok);
        for (int i = 0; i < 10; ++i) worker.refuse(worker.now - 1min, 500_tok, which);
        (void)worker.send_for(20s, 500_tok);
        return worker.send_for(60s, 500_tok);
    };
    CHECK(sent_after(pipeline::limit_kind::tokens) < sent_after(pipeline::limit_kind::requests));
}

TEST_CASE("whoever asks again at the promised time is never told the same time")
{
    one_worker worker{{60'000_tok, 600_req}};
    for (int i = 0; i < 10'000; ++i) {
        const auto offered = worker.offer(150_tok);
        if (offered.most > 0_tok) {
            worker.pace.take(150_tok, worker.now);
            continue;
        }
        REQUIRE(offered.ask_again > worker.now);
        worker.now = offered.ask_again;
    }
}
