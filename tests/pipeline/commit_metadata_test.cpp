#include "pipeline/commit_metadata.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "pipeline/offset_ledger.hpp"

using pipeline::metadata_problem;
using pipeline::offset_run;
using pipeline::read_commit_metadata;
using pipeline::write_commit_metadata;
using runs = std::vector<offset_run>;

namespace {

constexpr std::uint64_t ours = 0x123456789;
constexpr std::size_t plenty = 4096;

runs read(const std::string& text, std::int64_t base)
{
    const auto known = read_commit_metadata(text, ours, base);
    REQUIRE(std::holds_alternative<runs>(known));
    return std::get<runs>(known);
}

metadata_problem problem_with(const std::string& text, std::int64_t base = 100)
{
    const auto known = read_commit_metadata(text, ours, base);
    REQUIRE(std::holds_alternative<metadata_problem>(known));
    return std::get<metadata_problem>(known);
}

/// Every second offset above `base` is done.
runs alternating(std::int64_t base, int count)
{
    runs done;
    for (int i = 0; i < count; ++i) done.push_back({base + 2 * i + 1, base + 2 * i + 2});
    return done;
}

}  // namespace

TEST_SUITE("commit metadata")
{
    TEST_CASE("what is done above an offset is written and read back, in printable characters")
    {
        for (const auto& done :
             {runs{{101, 102}}, runs{{105, 1'000'105}}, runs{{101, 110}, {112, 113}, {300, 310}},
              alternating(100, 500), runs{{100 + 5'000'000'000, 100 + 5'000'000'007}}}) {
            const auto text = write_commit_metadata(ours, 100, done, plenty);
            CHECK(read(text, 100) == done);
            CHECK(std::all_of(text.begin(), text.end(), [](char each) { return each > ' ' && each <= '~'; }));
        }
        CHECK(write_commit_metadata(ours, 100, {}, plenty).empty());
    }

    TEST_CASE("the shorter of run lengths and a map is taken")
    {
        CHECK(write_commit_metadata(ours, 100, runs{{101, 1'000'000}}, plenty).size() < 25);
        CHECK(write_commit_metadata(ours, 100, alternating(100, 3000), plenty).size() < 20 + 1000);
    }

    TEST_CASE("what does not fit is left out from the end")
    {
        const auto done = alternating(100, 3000);
        for (const std::size_t limit : {0u, 10u, 20u, 21u, 100u, 500u}) {
            const auto text = write_commit_metadata(ours, 100, done, limit);
            CHECK(text.size() <= limit);
            if (text.empty()) continue;
            const auto kept = read(text, 100);
            CHECK(std::equal(kept.begin(), kept.end(), done.begin()));
            CHECK(kept.size() >= (limit - 20) * 3);
        }
    }

    TEST_CASE("metadata that says nothing to us is told apart")
    {
        const auto good = write_commit_metadata(ours, 100, runs{{101, 105}}, plenty);
        auto newer = good;
        newer[2] = '2';
        auto cut = write_commit_metadata(ours, 100, runs{{101, 1000}}, plenty);
        cut.pop_back();
        CHECK(problem_with("") == metadata_problem::unreadable);
        CHECK(problem_with("somebody else's") == metadata_problem::unreadable);
        CHECK(problem_with(newer) == metadata_problem::newer);
        CHECK(problem_with(cut) == metadata_problem::unreadable);
        CHECK(problem_with(good + "!") == metadata_problem::unreadable);
        CHECK(problem_with(good, 101) == metadata_problem::other_offset);
        CHECK(problem_with(write_commit_metadata(ours + 1, 100, runs{{101, 105}}, plenty)) ==
              metadata_problem::foreign);
    }

    TEST_CASE("a route is known by its name and by where its outcomes go")
    {
        const std::vector<std::string> outputs{"out", "dead"};
        const std::vector<std::string> others{"out", "dead2"};
        const auto print = pipeline::route_fingerprint("r", outputs);
        CHECK(print == pipeline::route_fingerprint("r", outputs));
        CHECK(print != pipeline::route_fingerprint("s", outputs));
        CHECK(print != pipeline::route_fingerprint("r", others));
        CHECK(print != pipeline::route_fingerprint("ro", std::vector<std::string>{"ut", "dead"}));
    }

    TEST_CASE("what was admitted fits, whichever of its records are done")
    {
        const auto seed = std::random_device{}();
        CAPTURE(seed);
        std::mt19937 random{seed};
        for (int round = 0; round < 200; ++round) {
            const std::size_t limit = 128 + random() % 1000;
            const auto start = static_cast<std::int64_t>(random() % 1'000'000'000);
            pipeline::offset_ledger ledger{start};
            std::vector<std::int64_t> open;
            auto next = start;
            // Gaps of many sizes, and records that close at once, later, or never.
            const auto gap = 1 + random() % 50;
            const auto eager = random() % 100;
            for (int step = 0; step < 5000; ++step) {
                if (!open.empty() && random() % 100 < eager) {
                    const auto which = random() % open.size();
                    if (which > 0 || random() % 50 == 0) {
                        ledger.close(open[which]);
                        open.erase(open.begin() + static_cast<std::ptrdiff_t>(which));
                    }
                }
                next += static_cast<std::int64_t>(random() % gap);
                const bool has_room =
                    open.empty() ||
                    pipeline::fits_commit_metadata(next + 1 - ledger.committable(), open.size() + 1, limit);
                if (!has_room) continue;
                ledger.open(next);
                open.push_back(next++);
                if (step % 100 != 0) continue;
                const auto done = ledger.done_above();
                const auto text = write_commit_metadata(ours, ledger.committable(), done, limit);
                CHECK((done.empty() ? text.empty() : read(text, ledger.committable()) == done));
            }
        }
    }

    TEST_CASE("one open record with a million done behind it leaves room for more")
    {
        CHECK(pipeline::fits_commit_metadata(1'000'001, 1, plenty));
        CHECK(pipeline::fits_commit_metadata(1'000'001, 400, plenty));
        CHECK_FALSE(pipeline::fits_commit_metadata(50'000, 25'000, plenty));
        CHECK(pipeline::fits_commit_metadata(24'000, 12'000, plenty));
    }
}
