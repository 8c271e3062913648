#include <doctest/doctest.h>

#include <set>

#include "tests/worker/kafka_rig.hpp"

using tests::consuming;
using tests::kafka_rig;

TEST_CASE("receipts from before a rebalance close nothing of the assignment after it")
{
    kafka_rig rig;
    rig.cluster.make_topic("in", 2);
    rig.cluster.write_many("in", 0, 10);
    rig.cluster.write_many("in", 1, 10);
    consuming first{rig, rig.reading_from({"in"})};
    auto old = first.take(20);
    {
        consuming second{rig, rig.reading_from({"in"})};
        rig.turn_until([&] { return first.consumer.assigned() == 1 && second.consumer.assigned() == 1; });
        second.close();
    }
    rig.turn_until([&] { return first.consumer.assigned() == 2; });
    for (auto& each : old) each.claim.close();
    auto fresh = first.take(20);
    CHECK(first.consumer.progress().done == 0);
    first.close();
    CHECK(rig.cluster.committed("g", "in", 0).value_or(0) == 0);
    CHECK(rig.cluster.committed("g", "in", 1).value_or(0) == 0);
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
