#include "worker/kafka_producer.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/support/header_lists.hpp"
#include "tests/worker/kafka_rig.hpp"

using tests::kafka_rig;
using tests::mock_kafka;
using tests::producing;

namespace {

pipeline::message message_to(const std::string& topic, std::string value)
{
    return {topic, "key", std::move(value), {}};
}

pipeline::outcome outcome_of(std::vector<pipeline::message> messages)
{
    pipeline::outcome made;
    made.messages = std::move(messages);
    return made;
}

}  // namespace

TEST_CASE("keys, values and headers arrive as they were published, missing and empty ones too")
{
    kafka_rig rig;
    rig.cluster.make_topic("out", 1);
    producing at{rig};
    const std::vector<pipeline::header> headers{
        {"plain", "value"}, {"empty", ""}, {"absent", std::nullopt}, {"plain", "twice"}};
    const auto what = outcome_of({{"out", "k", "v", tests::list_of(headers)},
                                  {"out", std::nullopt, std::nullopt, {}},
                                  {"out", "", "", {}},
                                  {"out", std::string("k\0k", 3), std::string("v\0v", 3), {}}});
    REQUIRE(at.publish(what).has_value());

    const auto found = rig.cluster.read("out");
    REQUIRE(found.size() == what.messages.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        CAPTURE(i);
        CHECK(found[i].key == what.messages[i].key);
        CHECK(found[i].value == what.messages[i].value);
        CHECK(found[i].headers == tests::copy_of(what.messages[i].headers));
    }
    at.close();
}

TEST_CASE("an outcome without messages is published at once")
{
    kafka_rig rig;
    producing at{rig};
    CHECK(at.publish({}).has_value());
}

TEST_CASE("an outcome with a message that no topic could take is refused before any of it is written")
{
    kafka_rig rig;
    rig.cluster.make_topic("out", 1);
    producing at{rig};
    const auto ended =
        at.publish(outcome_of({message_to("out", "small"), message_to("out", std::string(1'100'000, 'x'))}));
    REQUIRE_FALSE(ended.has_value());
    const auto why = ended.error();
    CHECK(why.reason() == pipeline::errc::refused);
    CHECK(why.code() == "message_too_large");
    CHECK(why.detail().find("message.max.bytes") != std::string::npos);
    CHECK(rig.cluster.read("out").empty());
}

TEST_CASE("a message that the topic refuses fails, and its neighbours of the same batch do not")
{
    kafka_rig rig;
    rig.cluster.make_topic("out", 1);
    rig.settings.properties.push_back({"linger.ms", "200"});
    producing at{rig};
    // The batch of two is refused, then, alone, the one that is produced first.
    rig.cluster.answer_with(mock_kafka::produce_request, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, 2);
    const auto first = outcome_of({message_to("out", "first")});
    const auto second = outcome_of({message_to("out", "second")});
    std::optional<pipeline::result<void>> of_first;
    std::optional<pipeline::result<void>> of_second;
    at.start(first, of_first);
    at.start(second, of_second);
    rig.turn_until([&] { return of_first && of_second; });

    const auto& failed = *of_first ? *of_second : *of_first;
    const auto& published = *of_first ? *of_first : *of_second;
    CHECK(published.has_value());
    REQUIRE_FALSE(failed.has_value());
    CHECK(failed.error().code() == "message_too_large");
    CHECK(rig.cluster.read("out").size() == 1);
}

TEST_CASE("errors that pass are waited out and logged once")
{
    kafka_rig rig;
    rig.cluster.make_topic("out", 1);
    producing at{rig};
    rig.cluster.answer_with(mock_kafka::produce_request, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, 3);
    rig.cluster.answer_with(mock_kafka::produce_request, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, 2);
    REQUIRE(at.publish(outcome_of({message_to("out", "v")})).has_value());
    CHECK(rig.cluster.read("out").size() == 1);
    CHECK(rig.log.count("TOPIC_AUTHORIZATION_FAILED") == 1);
    CHECK(rig.log.count("kafka trouble over") == 1);
}

TEST_CASE("a producer that has come to an end of its own is replaced, and nothing is lost")
{
    kafka_rig rig;
    rig.cluster.make_topic("out", 1);
    producing at{rig};
    REQUIRE(at.publish(outcome_of({message_to("out", "before")})).has_value());
    // Refused for its sequence while nothing else is in flight: librdkafka cannot explain it and gives up.
    rig.cluster.answer_with(mock_kafka::produce_request, RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER, 1);
    REQUIRE(at.publish(outcome_of({message_to("out", "after")})).has_value());
    CHECK(rig.cluster.read("out").size() == 2);
    CHECK(rig.log.count("OUT_OF_ORDER_SEQUENCE_NUMBER") >= 1);
    at.close();
}

TEST_CASE("a broker that goes and comes back loses no outcome")
{
    kafka_rig rig;
    rig.cluster.make_topic("out", 4);
    producing at{rig};
    std::vector<pipeline::outcome> outcomes;
    for (int i = 0; i < 300; ++i) {
        outcomes.push_back(outcome_of({message_to("out", std::to_string(i))}));
        outcomes.back().messages[0].key = std::to_string(i);
    }
    std::vector<std::optional<pipeline::result<void>>> ended(outcomes.size());
    const auto durable = [&] {
        return std::count_if(ended.begin(), ended.end(), [](auto& e) { return e && *e; });
    };
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        at.start(outcomes[i], ended[i]);
        if (i == 100) rig.turn_until([&] { return durable() > 0; });
        if (i == 100) rig.cluster.take_down();
    }
    // Of all brokers being down librdkafka speaks not always.
    rig.turn_until([&] { return rig.log.count("Connection refused") > 0; });
    CHECK(durable() < 300);
    rig.cluster.bring_up();
    rig.turn_until([&] { return durable() == 300; });

    std::vector<std::string> values;
    for (const auto& each : rig.cluster.read("out")) values.push_back(*each.value);
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
    CHECK(values.size() == 300);
}

TEST_CASE("a full queue of librdkafka makes outcomes wait and go on")
{
    kafka_rig rig;
    rig.cluster.make_topic("out", 1);
    rig.settings.properties.push_back({"queue.buffering.max.messages", "5"});
    producing at{rig};
    std::vector<pipeline::message> messages;
    for (int i = 0; i < 60; ++i) messages.push_back(message_to("out", std::to_string(i)));
    REQUIRE(at.publish(outcome_of(std::move(messages))).has_value());
    CHECK(rig.cluster.read("out").size() == 60);
}

TEST_CASE("closing while the brokers are away gives up at the deadline and says so")
{
    kafka_rig rig;
    rig.cluster.make_topic("out", 1);
    producing at{rig};
    REQUIRE(at.publish(outcome_of({message_to("out", "v")})).has_value());
    rig.cluster.take_down();
    const auto what = outcome_of({message_to("out", std::string(10'000, 'x'))});
    std::optional<pipeline::result<void>> ended;
    at.start(what, ended);
    rig.turn_until([&] { return at.producer.under_way() > 0; });
    rig.complete(at.producer.close(rig.time.now()));
    rig.turn_until([&] { return ended.has_value(); });
    REQUIRE_FALSE(ended->has_value());
    CHECK(ended->error().reason() == pipeline::errc::abandoned);
}

TEST_CASE("cancelling everything while the brokers are away releases the borrowed messages")
{
    kafka_rig rig;
    rig.cluster.make_topic("out", 1);
    producing at{rig};
    rig.cluster.take_down();
    auto what = std::make_unique<pipeline::outcome>(outcome_of(
        {message_to("out", std::string(10'000, 'x')), message_to("out", std::string(10'000, 'y'))}));
    std::optional<pipeline::result<void>> ended;
    at.start(*what, ended);
    rig.turn_until([&] { return at.producer.under_way() == 2; });
    at.running.cancel();
    CHECK(at.producer.under_way() == 0);
    rig.turn_until([&] { return ended.has_value(); });
    CHECK(ended->error().reason() == pipeline::errc::abandoned);
    what.reset();
    CHECK(at.running.failure != nullptr);
}
