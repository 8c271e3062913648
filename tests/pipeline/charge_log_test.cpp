#include "pipeline/charge_log.hpp"

#include <doctest/doctest.h>

#include <deque>
#include <random>

using namespace std::chrono_literals;
using namespace config::literals;
using pipeline::charge_log;

namespace {

constexpr config::time_point start{1h};

}  // namespace

TEST_CASE("a charge counts for a minute and a little more, and then leaves as a whole")
{
    charge_log log;
    log.add(100_tok, start);
    CHECK(log.in_window(start) == 100);
    CHECK(log.in_window(start + 60s) == 100);
    CHECK(log.in_window(start + 60s + 100ms) == 0);
}

TEST_CASE("charges leave in the order in which they came")
{
    charge_log log;
    log.add(100_tok, start);
    log.add(10_tok, start + 20s);
    log.add(1_tok, start + 40s);
    CHECK(log.in_window(start + 61s) == 11);
    CHECK(log.in_window(start + 81s) == 1);
    CHECK(log.in_window(start + 101s) == 0);
}

TEST_CASE("the log says when room comes free, and at that time it has come")
{
    charge_log log;
    log.add(100_tok, start);
    log.add(100_tok, start + 10s);
    CHECK(log.when_left(1) > start + 60s);
    CHECK(log.in_window(log.when_left(1)) == 100);
    CHECK(log.when_left(100) < start + 71s);
    CHECK(log.when_left(101) == log.when_left(200));
    CHECK(log.when_left(201) == log.when_left(200));  // there is no more to wait for
}

TEST_CASE("an empty log waits for nothing")
{
    const charge_log log;
    CHECK(log.when_left(1) == config::time_point::max());
}

TEST_CASE("what counted at an earlier moment is known although charges have been added and have left since")
{
    charge_log log;
    log.add(100_tok, start);
    log.add(10_tok, start + 58s);
    log.add(1_tok, start + 62s);
    CHECK(log.in_window(start + 63s) == 11);
    CHECK(log.counted_at(start + 59s) == 110);
    CHECK(log.counted_at(start + 61s) == 10);
    CHECK(log.counted_at(start + 63s) == 11);
}

TEST_CASE("the log agrees with a list of all charges, over an hour of many and of few")
{
    const auto seed = std::random_device{}();
    CAPTURE(seed);
    std::mt19937_64 random{seed};
    const auto up_to = [&](int most) { return std::uniform_int_distribution<int>{1, most}(random); };
    charge_log log;
    std::deque<std::pair<config::time_point, std::int64_t>> all;
    auto now = start;
    while (now < start + 1h) {
        now += up_to(20) == 1 ? config::duration{up_to(90) * 1s} : config::duration{up_to(30) * 1ms};
        const auto charge = up_to(5'000);
        log.add(config::tokens{charge}, now);
        all.emplace_back(now, charge);
        while (all.front().first + 90s < now) all.pop_front();
        // Charges leave in ticks: between these two the log may say either.
        std::int64_t least = 0;
        std::int64_t most = 0;
        for (const auto& [when, tokens] : all) {
            if (when > now - charge_log::window) least += tokens;
            if (when > now - charge_log::window - 20ms) most += tokens;
        }
        const auto counted = log.in_window(now);
        REQUIRE(counted >= least);
        REQUIRE(counted <= most);
    }
}
