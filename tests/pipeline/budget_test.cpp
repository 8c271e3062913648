#include "pipeline/budget.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <vector>

using namespace config::literals;
using pipeline::budget;
using pipeline::charge;

namespace {

constexpr pipeline::budget_limits limits{.records = 3, .record_bytes = 100_B, .unpublished_bytes = 6_B};

struct counting_alarm final : pipeline::alarm {
    boost::asio::awaitable<void> wait_until(config::time_point) override { co_return; }
    void ring() noexcept override { ++rings; }
    int rings = 0;
};

}  // namespace

TEST_CASE("there is room until the records or the bytes are used up")
{
    budget held{limits};
    SUBCASE("records")
    {
        const auto first = held.take(1_B);
        const auto second = held.take(1_B);
        CHECK(held.has_room());
        const auto third = held.take(1_B);
        CHECK_FALSE(held.has_room());
        CHECK(held.records() == 3);
        CHECK(held.held() == 3_B);
    }
    SUBCASE("bytes")
    {
        const auto first = held.take(99_B);
        CHECK(held.has_room());
        const auto second = held.take(1_B);
        CHECK_FALSE(held.has_room());
    }
}

TEST_CASE("an outcome is held with its record, and all of it is given back")
{
    budget held{limits};
    {
        auto only = held.take(60_B);
        only.add_outcome(50_B);
        CHECK(held.held() == 110_B);
        CHECK_FALSE(held.has_room());
    }
    CHECK(held.held() == 0_B);
    CHECK(held.has_room());
}

TEST_CASE("outcomes on their way that hold more than they may leave no room for answers, records alone do")
{
    budget held{limits};
    counting_alarm room;
    held.ring_for_answers(room);
    const auto large = held.take(1'000_B);
    CHECK(held.has_room_for_answers());
    {
        auto first = held.take(1_B);
        first.add_outcome(6_B);
        first.begin_publication();
        CHECK(held.has_room_for_answers());
        {
            auto second = held.take(1_B);
            second.add_outcome(1_B);
            CHECK(held.has_room_for_answers());  // held back, it does not count yet
            second.begin_publication();
            CHECK_FALSE(held.has_room_for_answers());
        }
        CHECK(held.has_room_for_answers());
        CHECK(room.rings == 1);
    }
    CHECK(room.rings == 1);
}

TEST_CASE("the room is what is left in records, or in records as heavy as those that are open")
{
    budget held{{.records = 50, .record_bytes = 100_B, .unpublished_bytes = 6_B}};
    CHECK(held.room() == 50);
    const auto light = held.take(1_B);
    CHECK(held.room() == 49);
    const auto heavy = held.take(49_B);
    CHECK(held.room() == 2);
}

TEST_CASE("a record above the whole budget is taken alone, not never")
{
    budget held{limits};
    CHECK(held.has_room());
    {
        const auto huge = held.take(1'000_B);
        CHECK_FALSE(held.has_room());
    }
    CHECK(held.has_room());
    CHECK(held.held() == 0_B);
}

TEST_CASE("a charge gives itself back once, wherever it was moved to")
{
    budget held{limits};
    std::optional<charge> kept;
    {
        auto one = held.take(40_B);
        kept.emplace(std::move(one));
    }
    CHECK(held.records() == 1);
    CHECK(held.held() == 40_B);
    kept.reset();
    CHECK(held.records() == 0);
    CHECK(held.held() == 0_B);
}

TEST_CASE("everyone who waits for room hears when there is some again, and only then")
{
    budget held{limits};
    counting_alarm first;
    counting_alarm second;
    held.ring_for_room(first);
    held.ring_for_room(second);
    static_cast<void>(held.take(1_B));
    CHECK(first.rings == 0);
    {
        std::vector<charge> all;
        while (held.has_room()) all.push_back(held.take(1_B));
        all.pop_back();
        CHECK(first.rings == 1);
        CHECK(second.rings == 1);
    }
    CHECK(first.rings == 1);
}

TEST_CASE("with exactly_once a transaction has room, and the next one as well")
{
    const config::budget_settings budgets{.record_bytes = 256_MiB};
    const auto at_least_once = pipeline::limits_of(budgets, config::delivery_rule::at_least_once);
    const auto exactly_once = pipeline::limits_of(budgets, config::delivery_rule::exactly_once);
    CHECK(at_least_once.unpublished_bytes == 16_MiB);
    CHECK(exactly_once.unpublished_bytes == 64_MiB);
    CHECK(pipeline::transaction_bytes(exactly_once) == 32_MiB);
}
