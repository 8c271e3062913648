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

TEST_CASE("a bounded run refuses a topic that does not exist")
{
    mill_rig rig;
    rig.configure(embedding_work());
    const auto run = rig.run_until_end();
    CHECK_MESSAGE(run.exit_code == 1, run.log);
    CHECK(run.log.find(rig.named("in")) != std::string::npos);
}

}  // namespace tests
