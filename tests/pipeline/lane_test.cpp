#include "pipeline/lane.hpp"

#include <doctest/doctest.h>

#include "tests/support/grouping_rig.hpp"

using namespace config::literals;
using pipeline::batch_limits;
using pipeline::part;

namespace {

constexpr batch_limits no_limits{.inputs = 2'048,
                                 .tokens = 300'000_tok,
                                 .bytes = 16 << 20,
                                 .allowance = pipeline::allowance::unlimited,
                                 .oversized_alone = true};

bool none_held(const part&) { return false; }
pipeline::route_measures usual(const pipeline::route&) { return {}; }

struct one_lane : tests::grouping_rig {
    one_lane() { add_deployment(); }

    std::vector<part*> push(pipeline::route& way, const std::vector<int>& costs)
    {
        auto all = parts(way, costs);
        for (auto* each : all) lane.push_back(*each);
        return all;
    }
    std::vector<part*> cut(batch_limits limits = no_limits)
    {
        return lane.cut(limits, none_held, shares, [this](const pipeline::route&) { return measures; });
    }
    [[nodiscard]] pipeline::charge_wish wish() { return lane.wish(none_held, shares).value(); }

    pipeline::fair_shares shares;
    pipeline::route_measures measures;
    pipeline::lane lane{{{}, {}}};
    pipeline::route& documents = add_route("documents");
    pipeline::route& notes = add_route("notes");
};

std::vector<part*> joined(std::vector<part*> first, const std::vector<part*>& second)
{
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

std::vector<std::int64_t> costs_of(const std::vector<part*>& batch)
{
    std::vector<std::int64_t> costs;
    for (const auto* each : batch) costs.push_back(each->cost.count());
    return costs;
}

using costs = std::vector<std::int64_t>;

}  // namespace

TEST_CASE_FIXTURE(
    one_lane, "parts of a route leave in the order in which they came, and routes have as many tokens each")
{
    push(documents, {2, 3});
    push(notes, {4, 5});
    push(documents, {6});
    CHECK(costs_of(cut()) == costs{2, 4, 3, 5, 6});
    CHECK(lane.empty());
    CHECK(cut().empty());
}

TEST_CASE_FIXTURE(one_lane, "a batch is cut by inputs, by tokens, by bytes and by what may be charged")
{
    auto limits = no_limits;
    SUBCASE("inputs") { limits.inputs = 2; }
    SUBCASE("tokens") { limits.tokens = 29_tok; }
    SUBCASE("bytes") { limits.bytes = 2 * (4 * 10 + 3) + 1; }
    SUBCASE("allowance") { limits.allowance = 29_tok; }
    push(documents, {10, 10, 10});
    CHECK(cut(limits).size() == 2);
    CHECK(cut(limits).size() == 1);
}

TEST_CASE_FIXTURE(one_lane, "a part that exactly fills the batch still goes")
{
    auto limits = no_limits;
    limits.tokens = 20_tok;
    limits.allowance = 20_tok;
    limits.bytes = 2 * (4 * 10 + 3);
    push(documents, {10, 10});
    CHECK(cut(limits).size() == 2);
}

TEST_CASE_FIXTURE(one_lane,
                  "a part that does not fit lets smaller ones pass and comes first in the next batch")
{
    auto limits = no_limits;
    limits.tokens = 10_tok;
    push(documents, {6, 9, 1, 3});
    CHECK(costs_of(cut(limits)) == costs{6, 1, 3});
    CHECK(costs_of(cut(limits)) == costs{9});
}

TEST_CASE_FIXTURE(one_lane, "only so many parts are passed over for the sake of a smaller one")
{
    auto limits = no_limits;
    limits.tokens = 10_tok;
    push(documents, {8});
    push(documents, std::vector<int>(40, 9));
    push(documents, {1});
    CHECK(costs_of(cut(limits)) == costs{8});
    CHECK(costs_of(cut(limits)) == costs{9});
}

TEST_CASE_FIXTURE(one_lane,
                  "a part above a limit of the request goes alone, as soon as its charge is allowed")
{
    auto limits = no_limits;
    limits.oversized_alone = false;
    SUBCASE("tokens") { limits.tokens = 5_tok; }
    SUBCASE("bytes") { limits.bytes = 30; }
    push(documents, {20, 1});
    limits.allowance = 19_tok;
    CHECK(costs_of(cut(limits)) == costs{1});
    push(documents, {1});
    limits.allowance = 20_tok;
    CHECK(costs_of(cut(limits)) == costs{20});
    CHECK(costs_of(cut(limits)) == costs{1});
}

TEST_CASE_FIXTURE(one_lane, "a part above all that may be charged waits until it may pass alone")
{
    auto limits = no_limits;
    limits.allowance = 10_tok;
    limits.oversized_alone = false;
    push(documents, {50, 1});
    CHECK(costs_of(cut(limits)) == costs{1});
    CHECK(cut(limits).empty());
    limits.oversized_alone = true;
    push(documents, {1});
    CHECK(costs_of(cut(limits)) == costs{50});
}

TEST_CASE_FIXTURE(one_lane, "no part travels in a batch larger than it may")
{
    const auto all = push(documents, {1, 1, 1, 1, 1, 1, 1});
    SUBCASE("the first one of the batch decides")
    {
        all[0]->largest_batch = 3;
        CHECK(cut().size() == 3);
        CHECK(cut().size() == 4);
    }
    SUBCASE("one that would come too late is passed over")
    {
        all[2]->largest_batch = 2;
        CHECK(cut() == std::vector<part*>{all[0], all[1], all[3], all[4], all[5], all[6]});
        CHECK(cut() == std::vector<part*>{all[2]});
    }
    SUBCASE("one in the middle closes the batch")
    {
        all[3]->largest_batch = 5;
        CHECK(cut().size() == 5);
        CHECK(cut().size() == 2);
    }
}

TEST_CASE_FIXTURE(one_lane, "parts on which the service failed travel apart from fresh ones")
{
    const auto failed = push(documents, {1, 1});
    const auto fresh = push(documents, {1, 1});
    const auto failed_too = push(notes, {1});
    for (auto* each : joined(failed, failed_too)) each->failed_before = true;
    CHECK(cut().size() == failed.size() + failed_too.size());
    CHECK(cut() == fresh);
}

TEST_CASE_FIXTURE(one_lane, "parts of a route that is held are passed over and keep their place")
{
    const auto held = push(documents, {1, 1});
    const auto others = push(notes, {1});
    const auto no_documents = [&](const part& first) { return first.asked_by->way == &documents; };
    CHECK(lane.cut(no_limits, no_documents, shares, usual) == others);
    CHECK(lane.cut(no_limits, no_documents, shares, usual).empty());
    CHECK_FALSE(lane.empty());
    const auto later = push(notes, {1});
    CHECK(cut() == joined(held, later));
}

TEST_CASE_FIXTURE(one_lane, "parts that are put back come before everything younger of their route")
{
    const auto early = push(documents, {1, 2});
    const auto late = push(documents, {4, 5});
    const auto taken = cut();
    REQUIRE(taken.size() == 4);
    push(documents, {6});

    lane.put_back(late);
    lane.put_back(early);
    CHECK(costs_of(cut()) == costs{1, 2, 4, 5, 6});
}

TEST_CASE_FIXTURE(one_lane, "a route with nothing for the batch does not keep the others from filling it")
{
    const auto failed = push(notes, std::vector<int>(10, 1));
    for (auto* each : failed) each->failed_before = true;
    push(documents, std::vector<int>(100, 1));
    CHECK(cut() == failed);
}

TEST_CASE_FIXTURE(one_lane, "parts that queue up again come last")
{
    const auto first = push(documents, {1, 2});
    push(documents, {3});
    auto limits = no_limits;
    limits.inputs = 2;
    REQUIRE(cut(limits) == first);
    const auto number = lane.empty() ? 0 : std::uint64_t{100};
    first[0]->sequence = number;
    first[1]->sequence = number + 1;
    lane.put_back(first);
    CHECK(costs_of(cut()) == costs{3, 1, 2});
}

TEST_CASE_FIXTURE(one_lane,
                  "where parts travel alone the wish names the smallest of the oldest, which may go ahead")
{
    pipeline::shape chat;
    chat.asks = config::operation::chat;
    pipeline::lane chats{{{}, chat}};
    auto all = parts(documents, {50, 7, 30});
    for (auto* each : all) chats.push_back(*each);
    const auto wish = chats.wish(none_held, shares).value();
    CHECK(wish.least == 50_tok);
    CHECK(wish.most == 50_tok);
    CHECK(wish.smallest == 7_tok);
    CHECK(wish.waiting == 87_tok);
}

TEST_CASE_FIXTURE(one_lane, "what is small but far behind does not go ahead")
{
    pipeline::shape chat;
    chat.asks = config::operation::chat;
    pipeline::lane chats{{{}, chat}};
    auto all = parts(documents, std::vector<int>(40, 50));
    for (auto* each : all) chats.push_back(*each);
    auto last = parts(documents, {1});
    chats.push_back(*last.front());
    CHECK(chats.wish(none_held, shares)->smallest == 50_tok);
}

TEST_CASE_FIXTURE(one_lane, "the wish names the part whose turn it is and the sum of all that may go")
{
    CHECK_FALSE(lane.wish(none_held, shares));
    push(documents, {7, 8});
    const auto of_notes = push(notes, {100});
    CHECK(wish().least == 7_tok);
    CHECK(wish().waiting == 115_tok);
    CHECK(wish().most == 115_tok);

    SUBCASE("parts of a route that is held ask for nothing")
    {
        const auto no_documents = [&](const part& first) { return first.asked_by->way == &documents; };
        CHECK(lane.wish(no_documents, shares)->least == 100_tok);
        CHECK(lane.wish(no_documents, shares)->most == 100_tok);
        CHECK_FALSE(lane.wish([](const part&) { return true; }, shares));
    }
    SUBCASE("what is cut, removed and put back is counted once")
    {
        auto limits = no_limits;
        limits.inputs = 1;
        const auto first = cut(limits);
        CHECK(wish().least == 100_tok);  // notes have had nothing yet
        CHECK(wish().most == 108_tok);
        lane.remove(*of_notes.front());
        CHECK(wish().least == 8_tok);
        CHECK(wish().most == 8_tok);
        lane.put_back(first);
        CHECK(wish().least == 7_tok);
        CHECK(wish().most == 15_tok);
    }
}

TEST_CASE_FIXTURE(one_lane,
                  "a request is filled by what texts of the route have had in tokens, and never by less "
                  "than is charged")
{
    auto limits = no_limits;
    limits.tokens = 60_tok;
    SUBCASE("more than the charge")
    {
        measures.tokens_per_byte = 0.5;
        push(documents, {10, 10, 10, 10, 10, 10});
        CHECK(cut(limits).size() == 3);
    }
    SUBCASE("less than the charge")
    {
        measures.tokens_per_byte = 0.1;
        push(documents, {10, 10, 10, 10, 10, 10, 10});
        CHECK(cut(limits).size() == 6);
    }
}

TEST_CASE_FIXTURE(one_lane, "the quota lets through by what is charged, whatever texts have had in tokens")
{
    auto limits = no_limits;
    limits.allowance = 20_tok;
    measures.tokens_per_byte = 1;
    push(documents, {10, 10, 10});
    CHECK(cut(limits).size() == 2);
}

TEST_CASE_FIXTURE(one_lane, "a text that may be too long travels alone, and the others without it")
{
    measures.longest_in_company = 99;
    const auto first = push(documents, {10, 10});
    const auto longer = push(documents, {25});
    const auto last = push(documents, {10});
    CHECK(cut() == joined(first, last));
    CHECK(cut() == longer);
    CHECK(lane.empty());
}
