// A run that is interrupted, and what the next one finds.
#include <doctest/doctest.h>

#include <csignal>

#include "pipeline/commit_metadata.hpp"
#include "tests/support/numbered_work.hpp"

using namespace std::chrono_literals;

namespace tests {
namespace {

constexpr int partitions = 4;

constexpr auto slowly = R"({"delay_ms": 3000})";
constexpr auto never = R"({"ending": "stalled_before"})";

/// A rig in which so many numbered records are worked on, `answered` requests at full speed and the rest
/// slowly, or never: so a run stays in its middle for as long as a test may need to interrupt it.
class slow_rig : public mill_rig {
public:
    slow_rig(int count, int answered, std::string_view further_settings = {}, std::string_view rest = slowly)
        : mill_rig{{.latency = 20ms}}, answered_{static_cast<std::uint64_t>(answered)}
    {
        make_topics({{"in", partitions}, {"out", 3}, {"dead", 1}});
        write("in", numbered_records(count, partitions));
        configure(embedding_work(R"("max_inputs": 10, "max_concurrency": 3,)",
                                 R"("parameters": {"dimensions": 16},)") +
                      std::string{further_settings},
                  // A member that was killed is missed after six seconds.
                  R"("commit_interval": "100ms",
                     "properties": {"session.timeout.ms": "6000", "heartbeat.interval.ms": "500"})");
        service().set_faults(R"([{"when": {"first": )" + std::to_string(answered) +
                             R"(}, "then": {}}, {"then": )" + std::string{rest} + "}]");
    }
    void hurry() { service().set_faults("[]"); }
    /// Until the service has a request that it does not answer at full speed: from then on there is open
    /// work.
    void await_slow_call(child_process& program)
    {
        while (service().account().totals().requests <= answered_) REQUIRE(program.runs(20ms));
    }

private:
    std::uint64_t answered_;
};

/// Numbered work of one partition, in a group that has been told that all but its first record are done.
void kill_where_only_the_first_is_open(mill_rig& rig, int count)
{
    rig.make_topics({{"in", 1}, {"out", 3}, {"dead", 1}});
    rig.write("in", numbered_records(count, 1));
    rig.configure(
        embedding_work(R"("max_inputs": 1, "max_concurrency": 8,)", R"("parameters": {"dimensions": 16},)"),
        R"("commit_interval": "100ms",
                     "properties": {"session.timeout.ms": "6000", "heartbeat.interval.ms": "500"})");
    rig.service().set_faults(
        R"([{"when": {"input_contains": "text 0"}, "then": {"ending": "stalled_before"}}])");
    auto program = rig.start("run", {"--until-end"});
    rig.kafka().await_records(rig.named("out"), static_cast<std::size_t>(count - 1));
    const auto all_but_the_first = pipeline::write_commit_metadata(
        pipeline::route_fingerprint("work", std::vector{rig.named("out"), rig.named("dead")}), 0,
        std::vector<pipeline::offset_run>{{1, count}}, 4096);
    while (rig.kafka().commit_metadata(rig.group(), rig.named("in"))[0] != all_but_the_first)
        REQUIRE(program.runs(50ms));
    program.send(SIGKILL);
    CHECK(program.wait() == -SIGKILL);
    rig.service().set_faults("[]");
}

}  // namespace

TEST_CASE("nothing is lost when the worker is killed in the middle, three times over")
{
    constexpr int count = 600;
    // How many outcomes the killer waits for, and how many requests are quick: never two thirds of all.
    for (const auto& [seen, answered] : {std::pair{200, 36}, std::pair{260, 36}, std::pair{310, 38}}) {
        INFO("killed after " << seen << " outcomes");
        slow_rig rig{count, answered};
        auto program = rig.start("run", {"--until-end"});
        rig.kafka().await_records(rig.named("out"), static_cast<std::size_t>(seen));
        program.send(SIGKILL);
        CHECK(program.wait() == -SIGKILL);
        rig.hurry();

        const auto before = tally_outcomes(rig, count);
        CHECK(before.distinct() >= count / 3);
        CHECK(before.distinct() <= count * 2 / 3);

        const auto run = rig.run_until_end();
        REQUIRE_MESSAGE(run.exit_code == 0, run.log);
        const auto tally = tally_outcomes(rig, count);
        CHECK(tally.missing() == 0);
        CHECK(tally.unexpected() == 0);
        CHECK(tally.endings().size() == 1);  // results, doubled ones perhaps
        CHECK(rig.has_committed_all("in"));
    }
}

TEST_CASE("what was answered above an open record is not bought again after kill -9")
{
    constexpr int count = 200;
    mill_rig rig;
    kill_where_only_the_first_is_open(rig, count);

    const auto run = rig.run_until_end();
    REQUIRE_MESSAGE(run.exit_code == 0, run.log);
    CHECK(run.log.find(R"("done_before":199)") != std::string::npos);
    const auto tally = tally_outcomes(rig, count);
    CHECK(tally.missing() == 0);
    CHECK(tally.doubled() == 0);
    CHECK(rig.service().account().totals().max_bought_per_input == 1);
    CHECK(rig.has_committed_all("in"));
}

TEST_CASE("what was answered is not bought again although the open record before it has been deleted")
{
    constexpr int count = 20;
    mill_rig rig;
    kill_where_only_the_first_is_open(rig, count);
    rig.kafka().delete_records(rig.named("in"), 0, 5);

    const auto run = rig.run("run", {"--until-end", "--from", "earliest"});
    REQUIRE_MESSAGE(run.exit_code == 0, run.log);
    CHECK(run.log.find(R"("done_before":15)") != std::string::npos);
    CHECK(tally_outcomes(rig, count).doubled() == 0);
    CHECK(rig.service().account().totals().max_bought_per_input == 1);
    CHECK(rig.has_committed_all("in"));
}

TEST_CASE("SIGTERM in the middle ends the open jobs, and the next run goes on without doubling any")
{
    constexpr int count = 600;
    slow_rig rig{count, 20, R"(, "budgets": {"records": 60}, "drain_deadline": "4m")"};
    auto program = rig.start("run");
    rig.kafka().await_records(rig.named("out"), count / 4);
    program.send(SIGTERM);
    while (program.runs(50ms) && program.errors().find("stopping") == std::string::npos) {
    }
    rig.hurry();
    const int code = program.wait();
    CHECK_MESSAGE(code == 0, program.errors());
    CHECK(program.errors().find(R"("left_open":0)") != std::string::npos);

    const auto before = tally_outcomes(rig, count);
    CHECK(before.distinct() < count);
    CHECK(before.doubled() == 0);

    const auto run = rig.run_until_end();
    REQUIRE_MESSAGE(run.exit_code == 0, run.log);
    const auto tally = tally_outcomes(rig, count);
    CHECK(tally.missing() == 0);
    CHECK(tally.doubled() == 0);
    CHECK(rig.service().account().totals().max_bought_per_input == 1);
    CHECK(rig.has_committed_all("in"));
}

TEST_CASE("a second signal stops at once, and nothing is lost")
{
    constexpr int count = 600;
    slow_rig rig{count, 20, {}, never};
    auto program = rig.start("run");
    rig.await_slow_call(program);
    program.send(SIGINT);
    while (program.runs(50ms) && program.errors().find("stopping") == std::string::npos) {
    }
    program.send(SIGINT);
    const int code = program.wait();
    CHECK_MESSAGE(code == 3, program.errors());
    CHECK(program.errors().find("stopping at once") != std::string::npos);
    rig.hurry();

    CHECK(tally_outcomes(rig, count).missing() > 0);
    const auto run = rig.run_until_end();
    REQUIRE_MESSAGE(run.exit_code == 0, run.log);
    const auto tally = tally_outcomes(rig, count);
    CHECK(tally.missing() == 0);
    CHECK(rig.has_committed_all("in"));
}

TEST_CASE("jobs that are open at the drain deadline are read again by the next run")
{
    constexpr int count = 200;
    slow_rig rig{count, 5, R"(, "drain_deadline": "200ms")", never};
    auto program = rig.start("run");
    rig.await_slow_call(program);
    program.send(SIGTERM);
    const int code = program.wait();
    CHECK_MESSAGE(code == 3, program.errors());
    CHECK(program.errors().find("drain deadline passed") != std::string::npos);
    rig.hurry();

    const auto run = rig.run_until_end();
    REQUIRE_MESSAGE(run.exit_code == 0, run.log);
    CHECK(tally_outcomes(rig, count).missing() == 0);
}

}  // namespace tests
