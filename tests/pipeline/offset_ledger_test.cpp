#include "pipeline/offset_ledger.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <set>
#include <vector>

using pipeline::offset_ledger;

namespace {

offset_ledger ledger_with_open(std::initializer_list<std::int64_t> offsets)
{
    offset_ledger ledger{*offsets.begin()};
    for (const auto each : offsets) ledger.open(each);
    return ledger;
}

}  // namespace

TEST_CASE("a ledger without open records commits the position")
{
    offset_ledger ledger{42};
    CHECK(ledger.committable() == 42);
    CHECK(ledger.span() == 0);
    ledger.open(42);
    CHECK(ledger.committable() == 42);
    ledger.close(42);
    CHECK(ledger.committable() == 43);
}

TEST_CASE("records closed out of order are committed once all before them are closed")
{
    auto ledger = ledger_with_open({10, 11, 12, 13});
    ledger.close(12);
    ledger.close(11);
    CHECK(ledger.committable() == 10);
    ledger.close(10);
    CHECK(ledger.committable() == 13);
    CHECK(ledger.open_count() == 1);
    CHECK(ledger.span() == 1);
    ledger.close(13);
    CHECK(ledger.committable() == 14);
}

TEST_CASE("gaps between records count as done")
{
    auto ledger = ledger_with_open({5, 1'000, 5'000'000'000});
    ledger.close(5);
    CHECK(ledger.committable() == 1'000);
    ledger.close(1'000);
    CHECK(ledger.committable() == 5'000'000'000);
    CHECK(ledger.capacity_bytes() < 1'000);
    ledger.close(5'000'000'000);
    CHECK(ledger.committable() == 5'000'000'001);
}

TEST_CASE("a transaction marker at the end moves what is committed past it")
{
    auto ledger = ledger_with_open({7});
    ledger.advance_to(9);
    CHECK(ledger.committable() == 7);
    ledger.close(7);
    CHECK(ledger.committable() == 9);
    ledger.advance_to(8);
    CHECK(ledger.position() == 9);
}

TEST_CASE("a million records closed above an open one take little memory")
{
    offset_ledger ledger{0};
    ledger.open(0);
    for (std::int64_t offset = 1; offset <= 1'000'000; ++offset) {
        ledger.open(offset);
        ledger.close(offset);
    }
    CHECK(ledger.committable() == 0);
    CHECK(ledger.open_count() == 1);
    CHECK(ledger.span() == 1'000'001);
    CHECK(ledger.capacity_bytes() <= 600'000);
    ledger.close(0);
    CHECK(ledger.committable() == 1'000'001);
}

TEST_CASE("a ledger in its steady state asks for no more memory")
{
    offset_ledger ledger{0};
    for (std::int64_t offset = 0; offset < 1'000; ++offset) ledger.open(offset);
    const auto settled = ledger.capacity_bytes();
    for (std::int64_t offset = 1'000; offset < 200'000; ++offset) {
        ledger.close(offset - 1'000);
        ledger.open(offset);
    }
    CHECK(ledger.capacity_bytes() <= 2 * settled);
    CHECK(ledger.open_count() == 1'000);
}

TEST_CASE("a ledger agrees with a plain set whatever the order and the gaps are")
{
    const auto seed = std::random_device{}();
    CAPTURE(seed);
    std::mt19937 random{seed};
    for (int round = 0; round < 50; ++round) {
        const int widest_gap = round % 2 == 0 ? 1 : 300;
        std::uniform_int_distribution<int> step{1, widest_gap};
        offset_ledger ledger{3};
        std::set<std::int64_t> open;
        std::int64_t next = 3;
        for (int turn = 0; turn < 2'000; ++turn) {
            if (open.empty() || random() % 2 == 0) {
                next += step(random) - 1;
                ledger.open(next);
                open.insert(next);
                ++next;
            } else {
                const auto lowest = *open.begin();
                const auto target = open.lower_bound(
                    lowest + static_cast<std::int64_t>(random() % static_cast<unsigned>(next - lowest)));
                const auto chosen = target == open.end() ? lowest : *target;
                ledger.close(chosen);
                open.erase(chosen);
                REQUIRE_FALSE(ledger.is_open(chosen));
            }
            REQUIRE(ledger.committable() == (open.empty() ? next : *open.begin()));
            REQUIRE(ledger.open_count() == open.size());
        }
        REQUIRE(std::all_of(open.begin(), open.end(), [&](auto each) { return ledger.is_open(each); }));
    }
}

TEST_CASE("what is done above the lowest open record is told in runs, gaps included")
{
    auto ledger = ledger_with_open({10, 11, 12, 20, 21, 200});
    CHECK(ledger.done_above() == std::vector<pipeline::offset_run>{{13, 20}, {22, 200}});
    ledger.close(11);
    ledger.close(200);
    ledger.advance_to(210);
    CHECK(ledger.done_above() == std::vector<pipeline::offset_run>{{11, 12}, {13, 20}, {22, 210}});
    CHECK(ledger.closed_count() == 2);
    ledger.close(10);
    CHECK(ledger.done_above() == std::vector<pipeline::offset_run>{{13, 20}, {22, 210}});
    for (const auto each : {12, 20, 21}) ledger.close(each);
    CHECK(ledger.done_above().empty());
    CHECK(ledger.committable() == 210);
}

TEST_CASE("a run of offsets is closed with one call, whatever blocks and gaps it spans")
{
    const auto seed = std::random_device{}();
    CAPTURE(seed);
    std::mt19937 random{seed};
    for (int round = 0; round < 200; ++round) {
        offset_ledger whole{0};
        offset_ledger one_by_one{0};
        for (std::int64_t next = 0; next < 700; next += 1 + static_cast<std::int64_t>(random() % 90)) {
            whole.open(next);
            one_by_one.open(next);
        }
        const auto begin = static_cast<std::int64_t>(random() % 700);
        const auto end = begin + 1 + static_cast<std::int64_t>(random() % 300);
        whole.close_run({begin, end});
        for (auto each = begin; each < end; ++each)
            if (one_by_one.is_open(each)) one_by_one.close(each);
        CAPTURE(begin);
        CAPTURE(end);
        REQUIRE(whole.committable() == one_by_one.committable());
        REQUIRE(whole.open_count() == one_by_one.open_count());
        REQUIRE(whole.closed_count() == one_by_one.closed_count());
        REQUIRE(whole.done_above() == one_by_one.done_above());
    }
}
