#include "tests/support/mock_kafka.hpp"

#include <doctest/doctest.h>
#include <librdkafka/rdkafka.h>
// after rdkafka.h, on which it depends
#include <librdkafka/rdkafka_mock.h>

#include <array>

#include "worker/kafka_commit.hpp"
#include "worker/kafka_lookup.hpp"

namespace tests {
namespace {

constexpr int patience_ms = 10'000;

using conf_values = std::vector<std::pair<std::string, std::string>>;

worker::kafka_client make_client(rd_kafka_type_t type, const conf_values& values)
{
    std::array<char, 256> reason{};
    auto* conf = rd_kafka_conf_new();
    for (const auto& [name, value] : values)
        REQUIRE(rd_kafka_conf_set(conf, name.c_str(), value.c_str(), reason.data(), reason.size()) ==
                RD_KAFKA_CONF_OK);
    worker::kafka_client client{rd_kafka_new(type, conf, reason.data(), reason.size())};
    REQUIRE(client);
    return client;
}

worker::kafka_partition_list one_partition(const std::string& topic, int partition, std::int64_t offset)
{
    worker::kafka_partition_list list{rd_kafka_topic_partition_list_new(1)};
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition)->offset = offset;
    return list;
}

std::optional<std::string> text(const void* data, std::size_t size)
{
    if (data == nullptr) return std::nullopt;
    return std::string{static_cast<const char*>(data), size};
}

pipeline::record record_from(const rd_kafka_message_t& message, const std::string& topic)
{
    pipeline::record read;
    read.from = {topic, message.partition, message.offset, -1};
    read.key = text(message.key, message.key_len);
    read.value = text(message.payload, message.len);
    rd_kafka_headers_t* headers = nullptr;
    if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return read;
    for (std::size_t i = 0; i < rd_kafka_header_cnt(headers); ++i) {
        const char* name = nullptr;
        const void* value = nullptr;
        std::size_t size = 0;
        rd_kafka_header_get_all(headers, i, &name, &value, &size);
        read.headers.push_back({name, text(value, size)});
    }
    return read;
}

}  // namespace

mock_kafka::mock_kafka(int brokers)
    : writer_{make_client(
          RD_KAFKA_PRODUCER,
          {{"test.mock.num.brokers", std::to_string(brokers)}, {"linger.ms", "0"}, {"log_level", "0"}})},
      cluster_{rd_kafka_handle_mock_cluster(writer_.get())}
{}

config::kafka_settings mock_kafka::settings() const
{
    config::kafka_settings settings;
    settings.brokers = rd_kafka_mock_cluster_bootstraps(cluster_);
    settings.commit_interval = std::chrono::milliseconds{100};
    // The mock lets an empty fetch wait for its full time, and a later member for the session timeout.
    settings.properties = {{"session.timeout.ms", "4000"},
                           {"heartbeat.interval.ms", "300"},
                           {"fetch.wait.max.ms", "20"},
                           {"reconnect.backoff.max.ms", "200"}};
    return settings;
}

void mock_kafka::make_topic(const std::string& name, int partitions)
{
    REQUIRE(rd_kafka_mock_topic_create(cluster_, name.c_str(), partitions, 1) == RD_KAFKA_RESP_ERR_NO_ERROR);
}

void mock_kafka::write(const std::string& topic, int partition, const std::string& value,
                       const std::vector<pipeline::header>& headers)
{
    worker::kafka_headers copied{rd_kafka_headers_new(headers.size())};
    for (const auto& each : headers)
        rd_kafka_header_add(copied.get(), each.name.c_str(), -1, each.value->data(),
                            static_cast<ssize_t>(each.value->size()));
    REQUIRE(rd_kafka_producev(writer_.get(), RD_KAFKA_VTYPE_TOPIC, topic.c_str(), RD_KAFKA_VTYPE_PARTITION,
                              partition, RD_KAFKA_VTYPE_MSGFLAGS, RD_KAFKA_MSG_F_COPY, RD_KAFKA_VTYPE_VALUE,
                              value.data(), value.size(), RD_KAFKA_VTYPE_HEADERS, copied.release(),
                              RD_KAFKA_VTYPE_END) == RD_KAFKA_RESP_ERR_NO_ERROR);
    REQUIRE(rd_kafka_flush(writer_.get(), patience_ms) == RD_KAFKA_RESP_ERR_NO_ERROR);
}

void mock_kafka::write_many(const std::string& topic, int partition, int count)
{
    for (int i = 0; i < count; ++i) {
        const auto value = std::to_string(i);
        REQUIRE(rd_kafka_producev(writer_.get(), RD_KAFKA_VTYPE_TOPIC, topic.c_str(),
                                  RD_KAFKA_VTYPE_PARTITION, partition, RD_KAFKA_VTYPE_MSGFLAGS,
                                  RD_KAFKA_MSG_F_COPY, RD_KAFKA_VTYPE_VALUE, value.data(), value.size(),
                                  RD_KAFKA_VTYPE_END) == RD_KAFKA_RESP_ERR_NO_ERROR);
    }
    REQUIRE(rd_kafka_flush(writer_.get(), patience_ms) == RD_KAFKA_RESP_ERR_NO_ERROR);
}

worker::kafka_client mock_kafka::reader(const std::string& group) const
{
    return make_client(RD_KAFKA_CONSUMER, {{"bootstrap.servers", rd_kafka_mock_cluster_bootstraps(cluster_)},
                                           {"group.id", group},
                                           {"enable.auto.commit", "false"},
                                           {"enable.partition.eof", "true"},
                                           {"fetch.wait.max.ms", "20"}});
}

std::vector<pipeline::record> mock_kafka::read(const std::string& topic) const
{
    const auto client = reader("tests-reader");
    const auto partitions = worker::count_partitions(client.get(), {topic}).at(topic);
    const worker::kafka_partition_list all{rd_kafka_topic_partition_list_new(partitions)};
    for (int i = 0; i < partitions; ++i)
        rd_kafka_topic_partition_list_add(all.get(), topic.c_str(), i)->offset = RD_KAFKA_OFFSET_BEGINNING;
    rd_kafka_assign(client.get(), all.get());

    std::vector<pipeline::record> found;
    for (int ends = 0; ends < partitions;) {
        const worker::kafka_message message{rd_kafka_consumer_poll(client.get(), patience_ms)};
        REQUIRE(message);
        if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
            ++ends;
        } else {
            REQUIRE(message->err == RD_KAFKA_RESP_ERR_NO_ERROR);
            found.push_back(record_from(*message, topic));
        }
    }
    return found;
}

std::optional<std::int64_t> mock_kafka::committed(const std::string& group, const std::string& topic,
                                                  int partition) const
{
    const auto client = reader(group);
    const auto asked = one_partition(topic, partition, RD_KAFKA_OFFSET_INVALID);
    REQUIRE(rd_kafka_committed(client.get(), asked.get(), patience_ms) == RD_KAFKA_RESP_ERR_NO_ERROR);
    if (asked->elems[0].offset < 0) return std::nullopt;
    return asked->elems[0].offset;
}

void mock_kafka::commit(const std::string& group, const std::string& topic, int partition,
                        std::int64_t offset, const std::string& metadata)
{
    const auto client = reader(group);
    const auto list = one_partition(topic, partition, offset);
    worker::attach_metadata(list->elems[0], metadata);
    REQUIRE(rd_kafka_commit(client.get(), list.get(), 0) == RD_KAFKA_RESP_ERR_NO_ERROR);
}

void mock_kafka::take_down() { rd_kafka_mock_broker_set_down(cluster_, -1); }
void mock_kafka::bring_up() { rd_kafka_mock_broker_set_up(cluster_, -1); }

void mock_kafka::set_topic_error(const std::string& name, rd_kafka_resp_err_t error)
{
    rd_kafka_mock_topic_set_error(cluster_, name.c_str(), error);
}

void mock_kafka::answer_with(int api_key, rd_kafka_resp_err_t error, int count)
{
    const std::vector<rd_kafka_resp_err_t> errors(static_cast<std::size_t>(count), error);
    rd_kafka_mock_push_request_errors_array(cluster_, static_cast<std::int16_t>(api_key), errors.size(),
                                            errors.data());
}

}  // namespace tests
