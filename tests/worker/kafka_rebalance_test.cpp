#include <doctest/doctest.h>

#include <set>
#include <string>
#include <tuple>

#include "tests/worker/kafka_rig.hpp"

using tests::consuming;
using tests::kafka_rig;

namespace {

struct told_of_claims final : pipeline::claim_listener {
    void claims_in_question() override { ++questions; }
    bool has_calls_under_way() const override { return false; }
    void claims_decided() override { ++decisions; }

    int questions = 0;
    int decisions = 0;
};

}  // namespace

TEST_CASE(
    "jobs go on over a rebalance where their partition comes back, and may publish nothing where it does not")
{
    told_of_claims told;
    kafka_rig rig;
    rig.cluster.make_topic("in", 2);
    rig.cluster.write_many("in", 0, 10);
    rig.cluster.write_many("in", 1, 10);
    consuming first{rig, rig.reading_from({"in"})};
    auto old = first.take(20);
    first.consumer.report_claims(&told);
    {
        consuming second{rig, rig.reading_from({"in"})};
        rig.turn_until([&] { return first.consumer.assigned() == 1 && second.consumer.assigned() == 1; });
        CHECK(told.questions >= 1);
        CHECK(told.decisions == told.questions);
        second.close();
    }
    rig.turn_until([&] { return first.consumer.assigned() == 2; });
    const auto again = first.take(10);
    const auto lost = again.front().from.partition;
    for (auto& each : old) {
        const auto expected =
            each.from.partition == lost ? pipeline::claim_state::given_up : pipeline::claim_state::held;
        CHECK(each.claim.state() == expected);
        each.claim.close();
    }
    for (const auto& each : again) CHECK(each.from.partition == lost);
    CHECK_FALSE(first.consumer.take(1000));
    rig.turn_until([&] { return rig.cluster.committed("g", "in", 1 - lost) == 10; });
    first.close();
    CHECK(rig.cluster.committed("g", "in", lost).value_or(0) == 0);
}

TEST_CASE("what is decided in a rebalance is waited for, but not when the process must end")
{
    kafka_rig rig;
    rig.cluster.make_topic("in", 1);
    rig.cluster.write_many("in", 0, 3);
    consuming only{rig, rig.reading_from({"in"})};
    auto records = only.take(3);
    CHECK(records[0].claim.state() == pipeline::claim_state::held);
    records[0].claim.begin_publication();
    only.consumer.stop_waiting_for_partitions();
    CHECK(records[0].claim.state() == pipeline::claim_state::held);
    records[0].claim.close();
    CHECK(records[1].claim.state() == pipeline::claim_state::held);
    only.close();
    CHECK(records[1].claim.state() == pipeline::claim_state::given_up);
}

TEST_CASE("partitions that are dealt out anew before the first deal is answered are ours once")
{
    kafka_rig rig;
    rig.cluster.make_topic("in", 2);
    rig.settings.properties.emplace_back("topic.metadata.refresh.interval.ms", "100");
    rig.cluster.make_topic("late", 2);
    rig.cluster.set_topic_error("late", RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
    // Where to start cannot be found out for a while; meanwhile a topic appears, and the member joins again.
    rig.cluster.answer_with(tests::mock_kafka::offset_fetch_request, RD_KAFKA_RESP_ERR_UNKNOWN, 12);
    consuming only{rig, rig.reading_from({"in", "late"})};
    rig.turn_until([&] { return rig.log.count("looking up committed offsets") > 0; });
    rig.cluster.set_topic_error("late", RD_KAFKA_RESP_ERR_NO_ERROR);
    rig.turn_until([&] { return only.consumer.assigned() == 4; });
    for (const std::string topic : {"in", "late"})
        for (int partition = 0; partition < 2; ++partition) rig.cluster.write_many(topic, partition, 10);
    std::set<std::tuple<std::string, int, std::int64_t>> seen;
    for (auto& each : only.take(40)) {
        seen.insert({each.from.topic, each.from.partition, each.from.offset});
        each.claim.close();
    }
    CHECK(seen.size() == 40);
    only.close();
}

TEST_CASE("what was dealt out to a member that is expelled meanwhile is not taken over, the next deal is")
{
    kafka_rig rig;
    rig.cluster.make_topic("in", 2);
    for (int partition = 0; partition < 2; ++partition) rig.cluster.write_many("in", partition, 10);
    rig.settings.properties.emplace_back("heartbeat.interval.ms", "200");
    rig.cluster.answer_with(tests::mock_kafka::offset_fetch_request, RD_KAFKA_RESP_ERR_UNKNOWN, 6);
    consuming only{rig, rig.reading_from({"in"})};
    rig.turn_until([&] { return rig.log.count("looking up committed offsets") > 0; });
    rig.cluster.answer_with(tests::mock_kafka::heartbeat_request, RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID, 1);
    for (auto& each : only.take(20)) each.claim.close();
    only.close();
    CHECK(rig.cluster.committed("g", "in", 0) == 10);
    CHECK(rig.cluster.committed("g", "in", 1) == 10);
}

TEST_CASE("two members share the partitions and together read everything")
{
    kafka_rig rig;
    rig.cluster.make_topic("in", 4);
    consuming first{rig, rig.reading_from({"in"})};
    consuming second{rig, rig.reading_from({"in"})};
    rig.turn_until([&] { return first.consumer.assigned() == 2 && second.consumer.assigned() == 2; });
    for (int partition = 0; partition < 4; ++partition) rig.cluster.write_many("in", partition, 25);
    std::set<std::pair<int, std::int64_t>> seen;
    for (auto* member : {&first, &second})
        for (auto& each : member->take(50)) {
            seen.insert({each.from.partition, each.from.offset});
            each.claim.close();
        }
    CHECK(seen.size() == 100);
    // Before anybody leaves: the mock cluster refuses commits while its group rebalances.
    for (int partition = 0; partition < 4; ++partition)
        rig.turn_until([&] { return rig.cluster.committed("g", "in", partition) == 25; });
    second.close();
    first.close();
}

TEST_CASE("a lost offset stops the start where the route has published already, and --from goes on")
{
    kafka_rig rig;
    rig.cluster.make_topic("in", 1);
    rig.cluster.make_topic("out", 2);
    rig.cluster.write_many("in", 0, 10);
    rig.cluster.write("out", 1, "an outcome of before", {{"batchmill-route", "r"}});
    {
        consuming at{rig, rig.reading_from({"in"})};
        rig.turn_until([&] { return at.running.ended; });
        CHECK_THROWS_AS(std::rethrow_exception(at.running.failure), worker::start_refused);
    }
    auto options = rig.reading_from({"in"});
    options.from = worker::start_point{worker::start_point::kind::latest, 0};
    options.mode = worker::reading::until_end;
    consuming at{rig, std::move(options)};
    CHECK(at.take_all().empty());
    CHECK(rig.cluster.committed("g", "in", 0) == 10);
    at.close();
}

TEST_CASE("outcomes of another route in the same topic do not stop a first start")
{
    kafka_rig rig;
    rig.cluster.make_topic("in", 1);
    rig.cluster.make_topic("out", 1);
    rig.cluster.write_many("in", 0, 3);
    rig.cluster.write("out", 0, "theirs", {{"batchmill-route", "another"}});
    consuming at{rig, rig.reading_from({"in"})};
    CHECK(at.take(3)[0].from.offset == 0);
    at.close();
}

TEST_CASE("an offset beyond the end of the partition is lost")
{
    kafka_rig rig;
    rig.cluster.make_topic("in", 1);
    rig.cluster.make_topic("out", 1);
    rig.cluster.write_many("in", 0, 3);
    rig.cluster.commit("g", "in", 0, 1'000);
    consuming at{rig, rig.reading_from({"in"})};
    CHECK(at.take(3)[0].from.offset == 0);
    at.close();
}

TEST_CASE("where nothing was committed before, the beginning is, before there can be an outcome")
{
    kafka_rig rig;
    rig.settings.commit_interval = std::chrono::minutes{10};
    rig.cluster.make_topic("in", 1);
    rig.cluster.write_many("in", 0, 3);
    consuming at{rig, rig.reading_from({"in"})};
    at.await_assignment();
    rig.turn_until([&] { return rig.cluster.committed("g", "in", 0) == 0; });
}
