// Where a run begins, where it ends, and who else is in its group.
#include <doctest/doctest.h>

#include "tests/support/numbered_work.hpp"

using namespace std::chrono_literals;

namespace tests {
namespace {

constexpr int count = 60;

void prepare(mill_rig& rig, int partitions)
{
    rig.make_topics({{"in", partitions}, {"out", 2}, {"dead", 1}});
    rig.configure(embedding_work(R"("max_inputs": 10, "max_concurrency": 2,)"));
}

bool says(const child_process& program, const std::string& text)
{
    return program.errors().find(text) != std::string::npos;
}

}  // namespace

TEST_CASE("two workers of one group share the partitions, and both end")
{
    mill_rig rig;
    prepare(rig, 4);
    rig.write("in", numbered_records(count, 4));
    // Nothing is answered until both are members.
    rig.service().set_faults(R"([{"then": {"status": 429, "headers": {"retry-after-ms": "100"}}}])");
    auto one = rig.start("run", {"--until-end"});
    auto other = rig.start("run", {"--until-end"});
    const std::string half = R"("partitions":2)";
    while (!(says(one, half) && says(other, half)) && one.runs(50ms) && other.runs()) {
    }
    rig.service().set_faults("[]");
    const int one_ended = one.wait();
    const int other_ended = other.wait();
    CHECK_MESSAGE(one_ended == 0, one.errors());
    CHECK_MESSAGE(other_ended == 0, other.errors());

    const auto tally = tally_outcomes(rig, count);
    CHECK(tally.missing() == 0);
    CHECK(tally.endings().size() == 1);
    CHECK(rig.has_committed_all("in"));
}

TEST_CASE("a second run has nothing to do, and a third does only what is new")
{
    mill_rig rig;
    prepare(rig, 3);
    rig.write("in", numbered_records(count, 3));
    CHECK(rig.run_until_end().exit_code == 0);
    CHECK(rig.run_until_end().exit_code == 0);
    rig.write("in", numbered_records(5, 3, count));
    CHECK(rig.run_until_end().exit_code == 0);

    const auto tally = tally_outcomes(rig, count + 5);
    CHECK(tally.missing() == 0);
    CHECK(tally.doubled() == 0);
    CHECK(rig.service().account().totals().max_asked_per_input == 1);
}

TEST_CASE("lost offsets are a question to the operator once there are outcomes")
{
    mill_rig rig;
    prepare(rig, 2);
    rig.write("in", numbered_records(count, 2));
    REQUIRE(rig.run_until_end().exit_code == 0);
    rig.kafka().delete_group(rig.group());
    REQUIRE(rig.kafka().committed(rig.group(), rig.named("in")).empty());

    const auto refused = rig.run_until_end();
    CHECK_MESSAGE(refused.exit_code == 4, refused.log);
    CHECK(refused.log.find("--from") != std::string::npos);
    CHECK(tally_outcomes(rig, count).doubled() == 0);

    const auto latest = rig.run("run", {"--until-end", "--from", "latest"});
    CHECK_MESSAGE(latest.exit_code == 0, latest.log);
    CHECK(tally_outcomes(rig, count).doubled() == 0);

    rig.kafka().delete_group(rig.group());
    const auto earliest = rig.run("run", {"--until-end", "--from", "earliest"});
    CHECK_MESSAGE(earliest.exit_code == 0, earliest.log);
    CHECK(tally_outcomes(rig, count).doubled() == count);
    CHECK(rig.has_committed_all("in"));
}

TEST_CASE("a bounded run ends behind the markers of transactions and does not see what was rolled back")
{
    mill_rig rig;
    prepare(rig, 3);
    const auto in = rig.named("in");
    // Partition 0: all sorts; 1: nothing that counts; 2: nothing at all.
    rig.kafka().write_in_transaction(in, numbered_records(10, 1), transaction_end::committed);
    rig.kafka().write_in_transaction(in, numbered_records(20, 1, 1'000), transaction_end::aborted);
    rig.write("in", numbered_records(5, 1, 10));
    rig.kafka().write_in_transaction(in, {numbered_record(2'000, "rolled back", 1)},
                                     transaction_end::aborted);
    rig.kafka().write_in_transaction(in, numbered_records(3, 1, 15), transaction_end::committed);

    const auto run = rig.run_until_end();
    REQUIRE_MESSAGE(run.exit_code == 0, run.log);

    const auto tally = tally_outcomes(rig, 18);
    CHECK(tally.missing() == 0);
    CHECK(tally.unexpected() == 0);
    CHECK(tally.doubled() == 0);
    CHECK(rig.has_committed_all("in"));

    const auto again = rig.run_until_end();
    CHECK_MESSAGE(again.exit_code == 0, again.log);
    CHECK(tally_outcomes(rig, 18).doubled() == 0);
}

TEST_CASE("a record behind a gap too wide for the commit waits until fewer are open before it")
{
    constexpr int before = 200;
    mill_rig rig;
    rig.make_topics({{"in", 1}, {"out", 1}, {"dead", 1}});
    const auto in = rig.named("in");
    rig.write("in", numbered_records(before, 1));
    rig.kafka().write_in_transaction(in, numbered_records(5'000, 1, 10'000), transaction_end::aborted);
    rig.write("in", numbered_records(10, 1, before));
    // 128 bytes tell of 600 offsets one by one, or of some 40 records that are open.
    rig.configure(
        embedding_work(R"("max_inputs": 1, "max_concurrency": 300,)", R"("parameters": {"dimensions": 16},)"),
        R"("commit_metadata": 128)");
    rig.service().set_faults(R"([{"then": {"delay_ms": 2000}}])");
    auto program = rig.start("run", {"--until-end"});
    while (rig.service().account().totals().inputs < before) REQUIRE(program.runs(20ms));
    rig.service().set_faults(R"([{"then": {"delay_ms": 10}}])");
    CHECK_MESSAGE(program.wait() == 0, program.errors());
    const auto tally = tally_outcomes(rig, before + 10);
    CHECK(tally.missing() == 0);
    CHECK(tally.doubled() == 0);
    CHECK(rig.has_committed_all("in"));
}

TEST_CASE(
    "a partition that is added to a topic is read from its beginning, by a run that follows and by the next")
{
    mill_rig rig;
    prepare(rig, 2);
    rig.write("in", numbered_records(20, 2));
    CHECK(rig.run_until_end().exit_code == 0);
    rig.kafka().add_partitions(rig.named("in"), 3);
    auto added = numbered_records(10, 1, 20);
    for (auto& each : added) each.partition = 2;
    rig.write("in", added);
    const auto run = rig.run_until_end();
    CHECK_MESSAGE(run.exit_code == 0, run.log);
    const auto tally = tally_outcomes(rig, 30);
    CHECK(tally.missing() == 0);
    CHECK(tally.doubled() == 0);
}

TEST_CASE("a topic that was deleted and made anew is a question to the operator")
{
    mill_rig rig;
    prepare(rig, 2);
    rig.write("in", numbered_records(20, 2));
    CHECK(rig.run_until_end().exit_code == 0);
    rig.kafka().delete_topic(rig.named("in"));
    rig.make_topics({{"in", 2}});
    rig.write("in", numbered_records(4, 2, 20));
    const auto refused = rig.run_until_end();
    CHECK(refused.exit_code == 4);
    CHECK(refused.log.find("--from") != std::string::npos);
    const auto run = rig.run("run", {"--until-end", "--from", "earliest"});
    CHECK_MESSAGE(run.exit_code == 0, run.log);
    CHECK(tally_outcomes(rig, 24).missing() == 0);
    CHECK(tally_outcomes(rig, 24).doubled() == 0);
}

TEST_CASE("a topic that is deleted and made anew under a running worker is a question to the operator")
{
    mill_rig rig;
    rig.make_topics({{"in", 2}, {"out", 2}, {"dead", 1}});
    rig.configure(embedding_work(), R"("properties": {"topic.metadata.refresh.interval.ms": "500"})");
    rig.write("in", numbered_records(20, 2));
    auto program = rig.start("run");
    while (rig.read("out").size() < 20 || !rig.has_committed_all("in")) REQUIRE(program.runs(50ms));
    rig.kafka().delete_topic(rig.named("in"));
    SUBCASE("after it was seen to be gone")
    {
        while (!says(program, "partitions revoked") && !says(program, "partitions lost"))
            REQUIRE(program.runs(50ms));
    }
    SUBCASE("at once") {}
    rig.make_topics({{"in", 2}});
    rig.write("in", numbered_records(4, 2, 20));
    CHECK(program.wait() == 4);
    CHECK_MESSAGE(says(program, "--from"), program.errors());

    const auto run = rig.run("run", {"--until-end", "--from", "earliest"});
    CHECK_MESSAGE(run.exit_code == 0, run.log);
    CHECK(tally_outcomes(rig, 24).missing() == 0);
    CHECK(tally_outcomes(rig, 24).doubled() == 0);
}

TEST_CASE("offsets advance over a compacted topic, whatever its cleaner has left")
{
    mill_rig rig;
    rig.make_topics(
        {{"in",
          1,
          {{"cleanup.policy", "compact"}, {"segment.ms", "5"}, {"min.cleanable.dirty.ratio", "0.01"}}},
         {"out", 1},
         {"dead", 1}});
    // The same twenty keys over and over; a segment is closed by the first record after its time.
    for (int round = 0; round < 8; ++round) rig.write("in", numbered_records(20, 1));
    rig.kafka().await_compaction(rig.named("in"), 80);
    rig.configure(embedding_work({}, R"("parameters": {"dimensions": 16},)"));
    const auto run = rig.run_until_end();
    REQUIRE_MESSAGE(run.exit_code == 0, run.log);
    CHECK(tally_outcomes(rig, 20).missing() == 0);
    CHECK(rig.has_committed_all("in"));
}

TEST_CASE("a bounded run refuses a topic that does not exist")
{
    mill_rig rig;
    rig.configure(embedding_work());
    const auto run = rig.run_until_end();
    CHECK_MESSAGE(run.exit_code == 1, run.log);
    CHECK(run.log.find(rig.named("in")) != std::string::npos);
}

}  // namespace tests
