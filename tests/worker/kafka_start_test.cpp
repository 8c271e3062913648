#include "worker/kafka_start.hpp"

#include <doctest/doctest.h>

#include <string>

using worker::committed_state;
using worker::decide_start;
using worker::earlier_outcomes;
using worker::partition_offsets;
using worker::start_point;

namespace {

using decision = std::variant<std::int64_t, committed_state>;

partition_offsets offsets(std::optional<std::int64_t> committed)
{
    return {.committed = committed, .low = 10, .high = 50, .at_timestamp = 33};
}

constexpr start_point earliest{start_point::kind::earliest, 0};
constexpr start_point latest{start_point::kind::latest, 0};
constexpr start_point timestamp{start_point::kind::timestamp, 1'700'000'000'000};

}  // namespace

TEST_CASE("a committed offset between the ends of the partition is where reading goes on")
{
    for (const auto found : {earlier_outcomes::none, earlier_outcomes::present}) {
        CHECK(decide_start(offsets(10), std::nullopt, found) == decision{10});
        CHECK(decide_start(offsets(50), std::nullopt, found) == decision{50});
        CHECK(decide_start(offsets(20), latest, found) == decision{20});
    }
}

TEST_CASE("without a usable committed offset a route that never published starts at the earliest record")
{
    for (const auto committed :
         {std::optional<std::int64_t>{}, std::optional<std::int64_t>{9}, std::optional<std::int64_t>{51}})
        CHECK(decide_start(offsets(committed), std::nullopt, earlier_outcomes::none) == decision{10});
}

TEST_CASE("without a usable committed offset a route that has published asks the operator")
{
    const auto present = earlier_outcomes::present;
    CHECK(decide_start(offsets({}), std::nullopt, present) == decision{committed_state::missing});
    CHECK(decide_start(offsets(9), std::nullopt, present) == decision{committed_state::below_low});
    CHECK(decide_start(offsets(51), std::nullopt, present) == decision{committed_state::above_high});
}

TEST_CASE("the operator's start point decides where the committed offset cannot")
{
    for (const auto found : {earlier_outcomes::none, earlier_outcomes::present}) {
        CHECK(decide_start(offsets({}), earliest, found) == decision{10});
        CHECK(decide_start(offsets(9), latest, found) == decision{50});
        CHECK(decide_start(offsets(51), timestamp, found) == decision{33});
    }
}

TEST_CASE("a timestamp after the last record starts at the end")
{
    auto where = offsets({});
    where.at_timestamp.reset();
    CHECK(decide_start(where, timestamp, earlier_outcomes::none) == decision{50});
}

TEST_CASE("a refusal to start names the topic, the partition, the group and the option")
{
    const std::string text = worker::start_refused{"g", "jobs", 7, committed_state::missing}.what();
    for (const auto* part : {"\"jobs\"", "partition 7", "\"g\"", "--from earliest"}) {
        CAPTURE(text);
        CHECK(text.find(part) != std::string::npos);
    }
}
