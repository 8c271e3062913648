// What a rebalance costs when many calls are under way.
#include <doctest/doctest.h>

#include <csignal>
#include <regex>

#include "tests/support/numbered_work.hpp"

using namespace std::chrono_literals;

namespace tests {
namespace {

constexpr int in_flight = 500;
constexpr int partitions = 4;

int count_of(const std::string& needle, const std::string& text)
{
    int found = 0;
    for (auto at = text.find(needle); at != std::string::npos; at = text.find(needle, at + 1)) ++found;
    return found;
}

/// A figure of the closing line of a log.
int closing_figure(const child_process& program, const std::string& name)
{
    const auto log = program.errors();
    std::smatch found;
    const std::regex wanted{"\"stopped\".*\"" + name + "\":([0-9]+)"};
    return std::regex_search(log, found, wanted) ? std::stoi(found[1]) : -1;
}

}  // namespace

TEST_CASE("a rebalance with 500 calls under way repeats none whose partition comes back")
{
    for (const std::string delivery : {"at_least_once", "exactly_once"}) {
        CAPTURE(delivery);
        mill_rig rig;
        rig.make_topics({{"in", partitions}, {"out", 3}, {"dead", 1}});
        rig.write("in", numbered_records(in_flight, partitions));
        rig.configure(
            embedding_work(R"("max_inputs": 1, "max_concurrency": 500,)",
                           R"("parameters": {"dimensions": 16},)"),
            R"("delivery": ")" + delivery +
                R"(", "properties": {"session.timeout.ms": "6000", "heartbeat.interval.ms": "500"})");
        rig.service().set_faults(R"([{"then": {"delay_ms": 6000}}])");
        auto first = rig.start("run", {"--until-end"});
        while (rig.service().account().totals().inputs < in_flight) REQUIRE(first.runs(20ms));
        auto second = rig.start("run", {"--until-end"});
        const std::string half = R"("partitions":2)";
        while (first.errors().find(half) == std::string::npos) REQUIRE(first.runs(20ms));
        rig.service().set_faults("[]");
        CHECK_MESSAGE(first.wait() == 0, first.errors());
        CHECK_MESSAGE(second.wait() == 0, second.errors());

        const auto tally = tally_outcomes(rig, in_flight);
        CHECK(tally.missing() == 0);
        CHECK(tally.doubled() == 0);
        const auto asked = rig.service().account().totals();
        const auto twice = static_cast<int>(asked.bought_inputs - asked.distinct_inputs);
        // Half of them were of partitions that went away.
        CHECK(twice <= in_flight / 2);
        CHECK(closing_figure(first, "bought_again") == twice);
        CHECK(closing_figure(second, "bought_again") == 0);
    }
}

TEST_CASE("with static membership a rolling restart takes nothing from the others, and buys nothing twice")
{
    constexpr int count = 600;
    for (const std::string delivery : {"at_least_once", "exactly_once"}) {
        CAPTURE(delivery);
        mill_rig rig;
        rig.make_topics({{"in", partitions}, {"out", 3}, {"dead", 1}});
        // Longer than a revocation waits for answers.
        rig.service().set_faults(R"([{"then": {"delay_ms": 2500}}])");
        const auto start = [&](const std::string& member) {
            rig.configure(embedding_work(R"("max_inputs": 10, "max_concurrency": 8,)",
                                         R"("parameters": {"dimensions": 16},)"),
                          R"("delivery": ")" + delivery + R"(", "properties": {"group.instance.id": ")" +
                              rig.named(member) + R"(", "session.timeout.ms": "45000"})");
            return rig.start("run");
        };
        const std::string half = R"("partitions":2)";
        auto first = start("first");
        while (count_of("partitions assigned", first.errors()) < 1) REQUIRE(first.runs(20ms));
        auto second = start("second");
        for (auto* each : {&first, &second})
            while (each->errors().find(half) == std::string::npos) REQUIRE(each->runs(20ms));
        const auto assigned_before = count_of("partitions assigned", second.errors());

        rig.write("in", numbered_records(count, partitions));
        rig.kafka().await_records(rig.named("out"), 1);
        first.send(SIGTERM);
        CHECK_MESSAGE(first.wait() == 0, first.errors());
        auto again = start("first");
        // A signal that comes before it listens for signals would just end it.
        while (count_of("partitions assigned", again.errors()) < 1) REQUIRE(again.runs(20ms));
        rig.kafka().await_records(rig.named("out"), count);
        for (auto* each : {&again, &second}) each->send(SIGTERM);
        CHECK_MESSAGE(again.wait() == 0, again.errors());
        CHECK_MESSAGE(second.wait() == 0, second.errors());

        const auto tally = tally_outcomes(rig, count);
        CHECK(tally.missing() == 0);
        CHECK(tally.doubled() == 0);
        CHECK(rig.service().account().totals().max_bought_per_input == 1);
        CHECK(count_of("partitions assigned", second.errors()) == assigned_before);
    }
}

}  // namespace tests
