#include "pipeline/refusal.hpp"

#include <doctest/doctest.h>

#include <numeric>

#include "pipeline/lane.hpp"
#include "tests/support/grouping_rig.hpp"

using pipeline::part;
using pipeline::refusal;

namespace {

struct refused_batch : tests::grouping_rig {
    refused_batch() { add_deployment(); }

    refusal refused(std::size_t size, refusal::kind why = refusal::kind::refused)
    {
        all = parts(documents, std::vector<int>(size, 1));
        return {lane, all, why};
    }
    [[nodiscard]] std::vector<part*> range(std::size_t from, std::size_t to) const
    {
        return {all.begin() + static_cast<std::ptrdiff_t>(from),
                all.begin() + static_cast<std::ptrdiff_t>(to)};
    }

    pipeline::lane lane{{{}, {}}};
    pipeline::route& documents = add_route("documents");
    std::vector<part*> all;
};

// Calls until every piece is clear, where those with one of `bad` are refused.
int calls_to_resolve(refusal& which, const std::vector<part*>& bad)
{
    const auto is_bad = [&](const part* one) { return std::find(bad.begin(), bad.end(), one) != bad.end(); };
    int calls = 0;
    while (!which.resolved()) {
        ++calls;
        const auto& piece = which.piece();
        if (piece.size() > 1 && std::any_of(piece.begin(), piece.end(), is_bad))
            which.split();
        else
            which.clear();
    }
    return calls;
}

}  // namespace

TEST_CASE_FIXTURE(refused_batch, "a refused batch is sent on in halves, depth first, the first half first")
{
    auto halves = refused(8);
    CHECK(halves.piece() == range(0, 4));
    halves.split();
    CHECK(halves.piece() == range(0, 2));
    halves.clear();
    CHECK(halves.piece() == range(2, 4));
    halves.split();
    CHECK(halves.piece() == range(2, 3));
    halves.clear();
    halves.clear();
    CHECK(halves.piece() == range(4, 8));
    halves.clear();
    CHECK(halves.resolved());
}

TEST_CASE_FIXTURE(refused_batch, "of an odd number the first half is the larger one, and no part is lost")
{
    auto halves = refused(7);
    CHECK(halves.piece() == range(0, 4));
    halves.clear();
    CHECK(halves.piece() == range(4, 7));
}

TEST_CASE_FIXTURE(refused_batch,
                  "one bad part of 2,048 is found with 22 further calls at most, wherever it is")
{
    for (const std::size_t place : {0U, 1U, 1'000U, 1'023U, 1'024U, 2'047U}) {
        auto halves = refused(2'048);
        CHECK(calls_to_resolve(halves, {all[place]}) <= 22);
    }
}

TEST_CASE_FIXTURE(refused_batch, "where every part is bad the first dead letter costs a dozen calls")
{
    auto halves = refused(2'048);
    int calls = 1;
    for (; halves.piece().size() > 1; ++calls) halves.split();
    CHECK(calls <= 12);
}

TEST_CASE_FIXTURE(refused_batch, "a piece that is postponed comes after all others")
{
    auto halves = refused(8);
    halves.split();
    halves.postpone();
    CHECK(halves.piece() == range(2, 4));
    halves.clear();
    CHECK(halves.piece() == range(4, 8));
    halves.clear();
    CHECK(halves.piece() == range(0, 2));
}

TEST_CASE_FIXTURE(refused_batch,
                  "a part that needs no answer any more is forgotten, and its piece with the last one")
{
    auto halves = refused(4);
    CHECK(halves.drop(*all[0]));
    CHECK_FALSE(halves.drop(*all[0]));
    CHECK(halves.piece() == range(1, 2));
    CHECK(halves.drop(*all[1]));
    CHECK(halves.piece() == range(2, 4));
    CHECK(halves.drop(*all[2]));
    CHECK(halves.drop(*all[3]));
    CHECK(halves.resolved());
}

TEST_CASE_FIXTURE(refused_batch, "the piece in flight keeps its parts until it has landed")
{
    auto halves = refused(4);
    halves.in_flight = true;
    CHECK_FALSE(halves.drop(*all[0]));
    CHECK(halves.drop(*all[2]));
    CHECK(halves.drop(*all[3]));
    CHECK(halves.piece() == range(0, 2));
    halves.in_flight = false;
    CHECK(halves.drop(*all[0]));
    CHECK(halves.piece() == range(1, 2));
    halves.clear();
    CHECK(halves.resolved());
}

TEST_CASE_FIXTURE(refused_batch, "the routes of the parts wait until it is resolved, or unblocked")
{
    auto& notes = add_route("notes");
    auto mixed = parts(documents, {1});
    mixed.push_back(parts(notes, {1}).front());
    refusal both{lane, mixed, refusal::kind::refused};
    CHECK(both.routes() == std::set<const pipeline::route*>{&documents, &notes});
    CHECK(both.blocks());
    both.unblock();
    CHECK_FALSE(both.blocks());
    CHECK_FALSE(refused(2, refusal::kind::failed).blocks());
}
