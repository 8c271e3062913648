// With "delivery": "exactly_once" a reader of committed records sees every outcome once, whatever happens.
#include <doctest/doctest.h>

#include <csignal>

#include "tests/support/numbered_work.hpp"

using namespace std::chrono_literals;

namespace tests {
namespace {

constexpr int partitions = 4;

/// Members of the section "kafka": a member that was killed is missed after six seconds.
std::string exactly_once(const std::string& further = {})
{
    return R"("delivery": "exactly_once", )" + further +
           R"("properties": {"session.timeout.ms": "6000", "heartbeat.interval.ms": "500"})";
}

std::string small_batches(const std::string& route_members = {})
{
    return embedding_work(R"("max_inputs": 5, "max_concurrency": 4,)",
                          R"("parameters": {"dimensions": 16},)" + route_members);
}

}  // namespace

TEST_SUITE_BEGIN("exactly once");

TEST_CASE("no outcome is doubled or lost when the worker is killed again and again")
{
    constexpr int count = 2000;
    constexpr int kills = 4;
    mill_rig rig{{.latency = 30ms}};
    rig.make_topics({{"in", partitions}, {"out", 3}, {"dead", 1}});
    rig.write("in", numbered_records(count, partitions));
    rig.configure(small_batches(), exactly_once());
    for (int i = 1; i <= kills; ++i) {
        auto program = rig.start("run");
        // Committed ones, so that each life has its share.
        rig.kafka().await_records(rig.named("out"), static_cast<std::size_t>(count * i / (kills + 2)));
        program.send(SIGKILL);
        CHECK(program.wait() == -SIGKILL);
    }
    const auto run = rig.run_until_end();
    REQUIRE_MESSAGE(run.exit_code == 0, run.log);
    const auto tally = tally_outcomes(rig, count);
    CHECK(tally.missing() == 0);
    CHECK(tally.doubled() == 0);
    CHECK(tally.unexpected() == 0);
    CHECK(rig.has_committed_all("in"));
    // What was in flight, and a window of 200 ms, for each kill.
    CHECK(rig.service().account().totals().max_bought_per_input <= kills + 1);
}

TEST_CASE("a worker that ends by SIGTERM leaves nothing that has to be bought again")
{
    constexpr int count = 1200;
    mill_rig rig{{.latency = 20ms}};
    rig.make_topics({{"in", partitions}, {"out", 3}, {"dead", 1}});
    rig.write("in", numbered_records(count, partitions));
    rig.configure(small_batches(), exactly_once());
    auto program = rig.start("run");
    rig.kafka().await_records(rig.named("out"), count / 4);
    program.send(SIGTERM);
    CHECK(program.wait() == 0);
    const auto run = rig.run_until_end();
    REQUIRE_MESSAGE(run.exit_code == 0, run.log);
    const auto tally = tally_outcomes(rig, count);
    CHECK(tally.missing() == 0);
    CHECK(tally.doubled() == 0);
    CHECK(rig.service().account().totals().max_bought_per_input == 1);
}

TEST_CASE("a member that joins in the middle costs no outcome and doubles none")
{
    constexpr int count = 3000;
    mill_rig rig{{.latency = 30ms}};
    rig.make_topics({{"in", partitions}, {"out", 3}, {"dead", 1}});
    rig.write("in", numbered_records(count, partitions));
    rig.configure(small_batches(), exactly_once());
    auto first = rig.start("run", {"--until-end"});
    rig.kafka().await_records(rig.named("out"), count / 6);
    auto second = rig.start("run", {"--until-end"});
    CHECK_MESSAGE(first.wait() == 0, first.errors());
    CHECK_MESSAGE(second.wait() == 0, second.errors());
    const auto tally = tally_outcomes(rig, count);
    CHECK(tally.missing() == 0);
    CHECK(tally.doubled() == 0);
    CHECK(second.errors().find("partitions assigned") != std::string::npos);
}

TEST_CASE("of two processes with one instance the older ends, and says which setting to change")
{
    mill_rig rig{{.latency = 50ms}};
    rig.make_topics({{"in", partitions}, {"out", 3}, {"dead", 1}});
    rig.write("in", numbered_records(2000, partitions));
    rig.configure(small_batches(), exactly_once(R"("instance": "only", )"));
    auto older = rig.start("run");
    rig.kafka().await_records(rig.named("out"), 50);
    auto newer = rig.start("run", {"--until-end"});
    CHECK(older.wait() == 1);
    CHECK(older.errors().find("kafka.instance") != std::string::npos);
    CHECK_MESSAGE(newer.wait() == 0, newer.errors());
    const auto tally = tally_outcomes(rig, 2000);
    CHECK(tally.missing() == 0);
    CHECK(tally.doubled() == 0);
}

TEST_CASE(
    "an outcome that its topic refuses ends as a dead letter, and its neighbours of the window as results")
{
    constexpr int count = 60;
    mill_rig rig;
    rig.make_topics({{"in", 1}, {"out", 1, {{"max.message.bytes", "2500"}}}, {"dead", 1}});
    auto records = numbered_records(count, 1);
    // Its id is in the result.
    records[7].value = R"({"id": ")" + std::string(3000, 'x') + R"(", "body": "text 7"})";
    rig.write("in", records);
    rig.configure(small_batches(), exactly_once());
    const auto run = rig.run_until_end();
    REQUIRE_MESSAGE(run.exit_code == 0, run.log);
    const auto dead = rig.read("dead");
    REQUIRE(dead.size() == 1);
    CHECK(dead[0].key == "job-7");
    CHECK(dead[0].header("batchmill-code") == "message_too_large");
    CHECK(rig.read("out").size() == count - 1);
    CHECK(rig.service().account().totals().max_bought_per_input == 1);
}

TEST_CASE("a partition whose commit metadata is not understood is not read before the operator says so")
{
    mill_rig rig;
    rig.make_topics({{"in", 2}, {"out", 1}, {"dead", 1}});
    rig.write("in", numbered_records(20, 2));
    rig.kafka().commit(rig.group(), rig.named("in"), 0, 0, "of another program");
    rig.configure(small_batches(), exactly_once());
    const auto refused = rig.run_until_end();
    CHECK(refused.exit_code == 5);
    CHECK(refused.log.find("--ignore-metadata") != std::string::npos);
    CHECK(rig.read("out").size() == 10);
    const auto allowed = rig.run("run", {"--until-end", "--ignore-metadata"});
    CHECK_MESSAGE(allowed.exit_code == 0, allowed.log);
    CHECK(tally_outcomes(rig, 20).missing() == 0);
}

TEST_SUITE_END();

}  // namespace tests
