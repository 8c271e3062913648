#include "tools/broker/topic_reader.hpp"

#include <doctest/doctest.h>
#include <librdkafka/rdkafka_mock.h>  // after topic_reader.hpp, which brings rdkafka.h

#include <map>
#include <set>
#include <stdexcept>

namespace tests {

namespace {

/// librdkafka's mock cluster with one topic, inside the test.
class mock_topic {
public:
    mock_topic(const std::string& name, int partitions)
        : host_{broker::open(broker::role::producer, quiet())},
          cluster_{rd_kafka_mock_cluster_new(host_.get(), /*broker_cnt=*/1)},
          name_{name}
    {
        rd_kafka_mock_topic_create(cluster_.get(), name.c_str(), partitions, /*replication_factor=*/1);
    }

    [[nodiscard]] std::string address() const { return rd_kafka_mock_cluster_bootstraps(cluster_.get()); }

    /// One record a key, spread over the partitions; a record without a value is a tombstone.
    void write(const std::map<std::string, const char*>& records) const
    {
        const std::vector<broker::property> properties{{"bootstrap.servers", address()}};
        const auto writer = broker::open(broker::role::producer, properties);
        for (const auto& [key, value] : records) {
            const auto problem = rd_kafka_producev(
                writer.get(), RD_KAFKA_VTYPE_TOPIC, name_.c_str(), RD_KAFKA_VTYPE_KEY, key.data(), key.size(),
                RD_KAFKA_VTYPE_VALUE, const_cast<char*>(value), value ? std::string{value}.size() : 0,
                RD_KAFKA_VTYPE_HEADER, "of", key.data(), static_cast<ssize_t>(key.size()),
                RD_KAFKA_VTYPE_MSGFLAGS, RD_KAFKA_MSG_F_COPY, RD_KAFKA_VTYPE_END);
            REQUIRE(problem == RD_KAFKA_RESP_ERR_NO_ERROR);
        }
        REQUIRE(rd_kafka_flush(writer.get(), /*timeout_ms=*/30'000) == RD_KAFKA_RESP_ERR_NO_ERROR);
    }

private:
    static const std::vector<broker::property>& quiet()
    {
        static const std::vector<broker::property> properties{{"log_level", "3"}};
        return properties;
    }

    broker::client host_;
    std::unique_ptr<rd_kafka_mock_cluster_t, broker::destroyer<rd_kafka_mock_cluster_destroy>> cluster_;
    std::string name_;
};

}  // namespace

TEST_CASE("a reader finds every record of every partition and then ends")
{
    const mock_topic topic{"outcomes", 5};
    std::map<std::string, const char*> records;
    for (int i = 0; i < 200; ++i) records["key " + std::to_string(i)] = "value";
    records["deleted"] = nullptr;
    topic.write(records);

    std::set<std::string> keys;
    std::set<std::int32_t> partitions;
    std::size_t tombstones = 0;
    const auto result = broker::read_topic("outcomes", {.brokers = topic.address(), .properties = {}},
                                           [&](const broker::record_view& found) {
                                               keys.emplace(found.key().value());
                                               partitions.insert(found.partition());
                                               if (!found.value()) ++tombstones;
                                               CHECK(found.header("of") == found.key());
                                               CHECK_FALSE(found.header("another").has_value());
                                           });

    CHECK(result.records == 201);
    CHECK(keys.size() == 201);
    CHECK(partitions.size() == 5);
    CHECK(tombstones == 1);
    CHECK(result.lost_before == 0);
}

TEST_CASE("an empty topic ends at once")
{
    const mock_topic topic{"nothing", 3};

    const auto result = broker::read_topic("nothing", {.brokers = topic.address(), .properties = {}},
                                           [](const broker::record_view&) { FAIL("there is no record"); });
    CHECK(result.records == 0);
}

TEST_CASE("topics and properties are written as NAME:PARTITIONS and NAME=VALUE")
{
    const auto plan = broker::parse_topic("with:colon:12");
    CHECK(plan.name == "with:colon");
    CHECK(plan.partitions == 12);
    for (const std::string wrong : {"", "topic", "topic:", ":3", "topic:0", "topic:-1", "topic:3x"}) {
        CAPTURE(wrong);
        CHECK_THROWS_AS(broker::parse_topic(wrong), std::runtime_error);
    }

    CHECK(broker::parse_property("a=b=c") == broker::property{"a", "b=c"});
    CHECK_THROWS_AS(broker::parse_property("a"), std::runtime_error);
    CHECK_THROWS_AS(broker::parse_property("=b"), std::runtime_error);
}

TEST_CASE("a property that librdkafka does not know is an error that names it")
{
    const std::vector<broker::property> wrong{{"no.such.property", "1"}};
    CHECK_THROWS_WITH_AS(broker::open(broker::role::consumer, wrong), doctest::Contains("no.such.property"),
                         std::runtime_error);
}

}  // namespace tests
