#include "worker/kafka_consumer.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <optional>

#include "pipeline/commit_metadata.hpp"
#include "tests/worker/kafka_rig.hpp"

using tests::consuming;
using tests::kafka_rig;

namespace {

void close_all(std::vector<pipeline::record>& records)
{
    for (auto& each : records) each.claim.close();
}

std::vector<std::string> values_of(const std::vector<pipeline::record>& records)
{
    std::vector<std::string> values;
    for (const auto& each : records) values.push_back(each.value.value_or("none"));
    return values;
}

/// Fifty records of "in" for route r, and fifty of "more" for route s.
worker::kafka_consumer_options two_routes_until_end(kafka_rig& rig)
{
    for (const char* topic : {"in", "more"}) {
        rig.cluster.make_topic(topic, 1);
        rig.cluster.write_many(topic, 0, 50);
    }
    auto options = rig.reading_from({"in"});
    options.routes.push_back({"s", {"more"}, {"out"}});
    options.mode = worker::reading::until_end;
    return options;
}

}  // namespace

TEST_CASE("records come whole, and what is closed is committed")
{
    kafka_rig rig;
    rig.cluster.make_topic("in", 1);
    rig.cluster.write("in", 0, "value", {{"traceparent", "00-1"}});
    rig.cluster.write("in", 0, "second");
    consuming at{rig, rig.reading_from({"in"})};

    auto records = at.take(2);
    CHECK(records[0].from.topic == "in");
    CHECK(records[0].from.offset == 0);
    CHECK(records[0].from.timestamp_ms > 0);
    CHECK(records[0].key == std::nullopt);
    CHECK(records[0].value == "value");
    CHECK(records[0].headers == std::vector<pipeline::header>{{"traceparent", "00-1"}});

    records[0].claim.close();
    rig.turn_until([&] { return rig.cluster.committed("g", "in", 0) == 1; });
    records[1].claim.close();
    at.close();
    CHECK(rig.cluster.committed("g", "in", 0) == 2);
}

TEST_CASE(
    "records closed out of order are committed up to the first open one, and only the open ones are read "
    "again")
{
    kafka_rig rig;
    rig.cluster.make_topic("in", 1);
    rig.cluster.write_many("in", 0, 10);
    {
        consuming at{rig, rig.reading_from({"in"})};
        auto records = at.take(10);
        for (const auto done : {9, 0, 2, 1, 5}) records[static_cast<std::size_t>(done)].claim.close();
        at.close();
    }
    CHECK(rig.cluster.committed("g", "in", 0) == 3);
    {
        // What it does not come to stays known as well.
        consuming again{rig, rig.reading_from({"in"})};
        auto records = again.take(2);
        CHECK(values_of(records) == std::vector<std::string>{"3", "4"});
        records[0].claim.close();
        again.close();
    }
    CHECK(rig.cluster.committed("g", "in", 0) == 4);
    auto bounded = rig.reading_from({"in"});
    bounded.mode = worker::reading::until_end;
    consuming last{rig, std::move(bounded)};
    auto records = last.take(4);
    CHECK(values_of(records) == std::vector<std::string>{"4", "6", "7", "8"});
    close_all(records);
    CHECK(last.take_all().empty());
    last.close();
    CHECK(rig.cluster.committed("g", "in", 0) == 10);
}

TEST_CASE("what another route has done above the committed offset is not taken for ours")
{
    kafka_rig rig;
    rig.cluster.make_topic("in", 1);
    rig.cluster.write_many("in", 0, 5);
    {
        consuming at{rig, rig.reading_from({"in"})};
        auto records = at.take(5);
        for (const auto done : {1, 2, 4}) records[static_cast<std::size_t>(done)].claim.close();
        at.close();
    }
    auto options = rig.reading_from({"in"});
    options.routes.front().name = "another";
    consuming again{rig, std::move(options)};
    auto records = again.take(5);
    CHECK(values_of(records) == std::vector<std::string>{"0", "1", "2", "3", "4"});
    CHECK(rig.log.count("commit metadata not understood") == 1);
    again.close();
}

TEST_CASE("what is said to be done of records that the topic does not have is not believed")
{
    kafka_rig rig;
    rig.cluster.make_topic("in", 1);
    rig.cluster.write_many("in", 0, 5);
    const auto print = pipeline::route_fingerprint("r", std::vector<std::string>{"out"});
    const std::vector<pipeline::offset_run> done{{2, 3}, {4, 100}};
    rig.cluster.commit("g", "in", 0, 1, pipeline::write_commit_metadata(print, 1, done, 4096));
    consuming at{rig, rig.reading_from({"in"})};
    auto records = at.take(4);
    CHECK(values_of(records) == std::vector<std::string>{"1", "2", "3", "4"});
    CHECK(rig.log.count("it tells of records that the topic does not have") == 1);
    at.close();
}

TEST_CASE("what was done before is passed over run by run, to the end of the partition")
{
    kafka_rig rig;
    rig.cluster.make_topic("in", 1);
    rig.cluster.write_many("in", 0, 10);
    const auto print = pipeline::route_fingerprint("r", std::vector<std::string>{"out"});
    const std::vector<pipeline::offset_run> done{{3, 6}, {8, 10}};
    rig.cluster.commit("g", "in", 0, 2, pipeline::write_commit_metadata(print, 2, done, 4096));
    consuming at{rig, rig.reading_from({"in"})};
    auto left = at.take(3);
    CHECK(values_of(left) == std::vector<std::string>{"2", "6", "7"});
    close_all(left);
    at.close();
    CHECK(rig.cluster.committed("g", "in", 0) == 10);
}

TEST_CASE("a partition is not read further than a commit can say what is done, and goes on when it can")
{
    kafka_rig rig;
    rig.settings.commit_metadata = config::bytes{128};
    rig.cluster.make_topic("in", 1);
    rig.cluster.write_many("in", 0, 2000);
    consuming at{rig, rig.reading_from({"in"})};
    // Six offsets a character, of which the frame takes a few.
    auto records = at.take(500);
    for (std::size_t i = 0; i < 200; ++i)
        while (auto more = at.consumer.take(1'000'000)) records.push_back(*std::move(more));
    CHECK(records.size() < 128 * 6);
    records.front().claim.close();
    close_all(records);
    for (auto left = 2000 - records.size(); left > 0;) {
        auto others = at.take(std::min<std::size_t>(left, 100));
        left -= others.size();
        close_all(others);
    }
    at.close();
    CHECK(rig.cluster.committed("g", "in", 0) == 2000);
}

TEST_CASE(
    "a partition with more open records than may still be read has its turn when some of them have ended")
{
    kafka_rig rig;
    rig.cluster.make_topic("in", 2);
    rig.cluster.write_many("in", 0, 300);
    consuming at{rig, rig.reading_from({"in"})};
    at.await_assignment();
    constexpr std::size_t budget = 100;
    std::vector<pipeline::record> open;
    const auto read_on = [&] {
        for (int idle = 0; idle < 20; ++idle) {
            while (auto next = at.consumer.take(budget - open.size())) {
                open.push_back(*std::move(next));
                idle = 0;
            }
            const auto later = rig.time.now() + std::chrono::milliseconds{50};
            rig.turn_until([&] { return rig.time.now() > later; });
        }
    };
    read_on();
    CHECK(open.size() == budget / 2 + 1);
    rig.cluster.write_many("in", 1, 300);
    read_on();
    // The slow one has kept half of what there is; the other one takes half of the rest.
    const auto of_other =
        std::count_if(open.begin(), open.end(), [](const auto& each) { return each.from.partition == 1; });
    CHECK(of_other == static_cast<std::ptrdiff_t>((budget - budget / 2) / 2));
    for (auto& each : open)
        if (each.from.partition == 0) each.claim.close();
    std::erase_if(open, [](const auto& each) { return each.from.partition == 0; });
    const auto before = open.size();
    read_on();
    CHECK(open.size() > before);
    at.close();
}

TEST_CASE("partitions are read in turns, and topics of one group share a consumer")
{
    kafka_rig rig;
    rig.cluster.make_topic("in", 3);
    rig.cluster.make_topic("more", 1);
    for (int partition = 0; partition < 3; ++partition) rig.cluster.write_many("in", partition, 2'000);
    rig.cluster.write_many("more", 0, 2'000);
    auto options = rig.reading_from({"in"});
    options.routes.push_back({"s", {"more"}, {"out"}});
    consuming at{rig, std::move(options)};
    // What was fetched first is read first. Slowly, until something of each has been fetched.
    std::map<std::pair<std::string, int>, int> taken;
    const auto take = [&](std::size_t count) {
        for (const auto& each : at.take(count)) ++taken[{each.from.topic, each.from.partition}];
    };
    while (taken.size() < 4) {
        take(1);
        const auto later = rig.time.now() + std::chrono::milliseconds{10};
        rig.turn_until([&] { return rig.time.now() > later; });
    }
    taken.clear();
    take(400);
    CHECK(taken.size() == 4);
    for (const auto& [where, count] : taken) CHECK(count >= 50);
    at.close();
}

TEST_CASE("a consumer whose records nobody takes stays in the group, and keeps them for later")
{
    kafka_rig rig;
    rig.cluster.make_topic("in", 1);
    rig.cluster.write_many("in", 0, 500);
    rig.settings.properties.push_back({"max.poll.interval.ms", "4000"});
    consuming at{rig, rig.reading_from({"in"})};
    auto records = at.take(1);
    const auto later = rig.time.now() + std::chrono::seconds{5};
    rig.turn_until([&] { return rig.time.now() > later || rig.log.count("MAX_POLL") > 0; });
    CHECK(rig.log.count("MAX_POLL") == 0);
    CHECK(rig.log.count("partitions lost") == 0);
    CHECK(at.take(499).back().from.offset == 499);
    at.close();
}

TEST_CASE("the records of a stopped route are not read, and keep their offsets")
{
    kafka_rig rig;
    consuming at{rig, two_routes_until_end(rig)};
    at.consumer.stop_route("s");
    auto records = at.take(50);
    close_all(records);
    CHECK(at.take_all().empty());
    at.close();
    CHECK(rig.cluster.committed("g", "in", 0) == 50);
    CHECK(rig.cluster.committed("g", "more", 0).value_or(0) == 0);
}

TEST_CASE("the records of a route that is held wait until it is released")
{
    kafka_rig rig;
    consuming at{rig, two_routes_until_end(rig)};
    at.consumer.hold_route("s");
    auto records = at.take(50);
    CHECK(std::all_of(records.begin(), records.end(), [](auto& each) { return each.from.topic == "in"; }));
    close_all(records);
    at.consumer.release_route("s");
    auto later = at.take(50);
    CHECK(std::all_of(later.begin(), later.end(), [](auto& each) { return each.from.topic == "more"; }));
    close_all(later);
    CHECK(at.take_all().empty());
    at.close();
    CHECK(rig.cluster.committed("g", "more", 0) == 50);
}

TEST_CASE("after the intake was stopped there are no more records")
{
    kafka_rig rig;
    rig.cluster.make_topic("in", 1);
    rig.cluster.write_many("in", 0, 10);
    consuming at{rig, rig.reading_from({"in"})};
    auto records = at.take(3);
    at.consumer.stop_intake();
    CHECK(at.take_all().empty());
    close_all(records);
    at.close();
    CHECK(rig.cluster.committed("g", "in", 0) == 3);
}

TEST_CASE("a bounded run reads what was there at its start, and finishes when that is done and committed")
{
    kafka_rig rig;
    rig.cluster.make_topic("in", 3);
    rig.cluster.write_many("in", 0, 20);
    rig.cluster.write_many("in", 2, 30);
    rig.cluster.commit("g", "in", 2, 10);
    auto options = rig.reading_from({"in"});
    options.mode = worker::reading::until_end;
    consuming at{rig, std::move(options)};
    at.await_assignment();
    rig.cluster.write_many("in", 0, 5);
    rig.cluster.write_many("in", 1, 5);

    auto records = at.take(40);
    CHECK(at.consumer.progress().total == 40);
    CHECK(at.consumer.progress().read == 40);
    CHECK(at.consumer.progress().done == 0);

    std::optional<pipeline::record> another;
    const auto look_for_more = [&]() -> boost::asio::awaitable<void> {
        bool more = true;
        while (more && !another) {
            another = at.consumer.take(1'000'000);
            if (!another) more = co_await at.consumer.more();
        }
    };
    tests::companion finishing{rig.loop, look_for_more()};
    for (std::size_t i = 1; i < records.size(); ++i) records[i].claim.close();
    CHECK(at.consumer.progress().done == 39);
    CHECK_FALSE(finishing.ended);
    records[0].claim.close();
    rig.turn_until([&] { return finishing.ended; });
    CHECK_FALSE(another);
    CHECK(rig.cluster.committed("g", "in", 0) == 20);
    CHECK(rig.cluster.committed("g", "in", 2) == 30);
    at.close();
}

TEST_CASE("a bounded run over empty topics is finished at once")
{
    kafka_rig rig;
    rig.cluster.make_topic("in", 2);
    auto options = rig.reading_from({"in"});
    options.mode = worker::reading::until_end;
    consuming at{rig, std::move(options)};
    CHECK(at.take_all().empty());
    at.close();
}

TEST_CASE("a broker that goes and comes back costs no record and no commit")
{
    kafka_rig rig;
    rig.cluster.make_topic("in", 2);
    rig.cluster.write_many("in", 0, 100);
    rig.cluster.write_many("in", 1, 100);
    consuming at{rig, rig.reading_from({"in"})};
    auto first = at.take(50);
    rig.cluster.take_down();
    // Of all brokers being down librdkafka speaks not always.
    rig.turn_until([&] { return rig.log.count("Connection refused") > 0; });
    close_all(first);
    rig.cluster.bring_up();
    // Where the group has thrown us out meanwhile, open records come a second time.
    std::map<std::pair<int, std::int64_t>, int> seen;
    for (const auto& each : first) ++seen[{each.from.partition, each.from.offset}];
    while (seen.size() < 200)
        for (auto& each : at.take(1)) {
            ++seen[{each.from.partition, each.from.offset}];
            each.claim.close();
        }
    at.close();
    CHECK(rig.cluster.committed("g", "in", 0) == 100);
    CHECK(rig.cluster.committed("g", "in", 1) == 100);
}

TEST_CASE("closing gives up at its deadline when the brokers are away")
{
    kafka_rig rig;
    rig.cluster.make_topic("in", 1);
    rig.cluster.write_many("in", 0, 10);
    consuming at{rig, rig.reading_from({"in"})};
    auto records = at.take(10);
    rig.cluster.take_down();
    close_all(records);
    rig.complete(at.consumer.close(rig.time.now() + std::chrono::seconds{1}));
    CHECK(at.running.ended);
}

TEST_CASE("a consumer can be closed while it is still looking for the cluster")
{
    kafka_rig rig;
    rig.cluster.take_down();
    consuming at{rig, rig.reading_from({"in"})};
    rig.turn_until([&] { return rig.log.count("kafka trouble") > 0; });
    at.close();
    CHECK(at.running.failure == nullptr);
}
