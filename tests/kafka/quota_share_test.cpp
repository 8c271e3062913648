// How the members of a group divide a quota.
#include <doctest/doctest.h>

#include <csignal>
#include <string>

#include "tests/support/numbered_work.hpp"

using namespace std::chrono_literals;

namespace tests {
namespace {

bool tells(const child_process& program, const std::string& shares)
{
    return program.errors().find(R"("event":"quota share","deployment":"there",)" + shares) !=
           std::string::npos;
}

}  // namespace

TEST_CASE(
    "two workers on four partitions may use half of the quota each, and what one leaves the other may soon")
{
    mill_rig rig;
    rig.make_topics({{"in", 4}, {"out", 1}, {"dead", 1}});
    rig.write("in", numbered_records(40, 4));
    rig.configure(embedding_work(R"("quota": {"tokens_per_minute": 60000},)"));
    const std::string halves = R"("share":0.5,"entitled":0.5)";
    auto first = rig.start("run");
    while (!rig.has_committed_all("in")) REQUIRE(first.runs(20ms));
    CHECK_FALSE(tells(first, ""));

    auto second = rig.start("run");
    while (!tells(first, halves)) REQUIRE(first.runs(20ms));
    while (!tells(second, halves)) REQUIRE(second.runs(20ms));
    second.send(SIGTERM);
    CHECK(second.wait() == 0);
    while (!tells(first, R"("share":0.5,"entitled":1.0)")) REQUIRE(first.runs(20ms));
    first.send(SIGTERM);
    CHECK(first.wait() == 0);
}

TEST_CASE("a configured part of the quota is divided in the same way")
{
    mill_rig rig;
    rig.make_topics({{"in", 4}, {"out", 1}, {"dead", 1}});
    rig.configure(embedding_work(R"("quota": {"tokens_per_minute": 60000, "share": 0.5},)"));
    auto first = rig.start("run");
    auto second = rig.start("run");
    const std::string quarters = R"("share":0.25,"entitled":0.25)";
    while (!tells(first, quarters)) REQUIRE(first.runs(20ms));
    while (!tells(second, quarters)) REQUIRE(second.runs(20ms));
}

}  // namespace tests
