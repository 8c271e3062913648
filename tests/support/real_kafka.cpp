#include "tests/support/real_kafka.hpp"

#include <array>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

#include "tools/broker/topic_reader.hpp"

namespace tests {
namespace {

constexpr int patience_ms = 120'000;
constexpr std::size_t reason_size = 512;

using topic_handle = std::unique_ptr<rd_kafka_topic_t, broker::destroyer<rd_kafka_topic_destroy>>;
using new_topic = std::unique_ptr<rd_kafka_NewTopic_t, broker::destroyer<rd_kafka_NewTopic_destroy>>;
using admin_options =
    std::unique_ptr<rd_kafka_AdminOptions_t, broker::destroyer<rd_kafka_AdminOptions_destroy>>;
using kafka_problem = std::unique_ptr<rd_kafka_error_t, broker::destroyer<rd_kafka_error_destroy>>;
using metadata = std::unique_ptr<const rd_kafka_metadata_t, broker::destroyer<rd_kafka_metadata_destroy>>;

void require(rd_kafka_resp_err_t answer, const std::string& what)
{
    if (answer != RD_KAFKA_RESP_ERR_NO_ERROR)
        throw std::runtime_error{what + ": " + rd_kafka_err2str(answer)};
}

void require(rd_kafka_error_t* answer, const std::string& what)
{
    const kafka_problem problem{answer};
    if (problem) throw std::runtime_error{what + ": " + rd_kafka_error_string(problem.get())};
}

void offer(rd_kafka_t* writer, const std::string& topic, const kafka_record& record)
{
    broker::headers headers{rd_kafka_headers_new(record.headers.size())};
    for (const auto& [name, value] : record.headers)
        rd_kafka_header_add(headers.get(), name.data(), static_cast<ssize_t>(name.size()),
                            value ? value->data() : nullptr, value ? static_cast<ssize_t>(value->size()) : 0);
    // With RD_KAFKA_MSG_F_COPY librdkafka only reads the bytes; its interface wants them non-const.
    auto* value = record.value ? const_cast<char*>(record.value->data()) : nullptr;
    require(rd_kafka_producev(writer, RD_KAFKA_VTYPE_TOPIC, topic.c_str(), RD_KAFKA_VTYPE_PARTITION,
                              record.partition, RD_KAFKA_VTYPE_KEY, record.key ? record.key->data() : nullptr,
                              record.key ? record.key->size() : std::size_t{0}, RD_KAFKA_VTYPE_VALUE, value,
                              record.value ? record.value->size() : std::size_t{0}, RD_KAFKA_VTYPE_MSGFLAGS,
                              RD_KAFKA_MSG_F_COPY, RD_KAFKA_VTYPE_HEADERS, headers.get(), RD_KAFKA_VTYPE_END),
            "writing to " + topic);
    static_cast<void>(headers.release());  // librdkafka owns them now
}

void count_delivery(rd_kafka_t*, const rd_kafka_message_t* message, void* count)
{
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) ++*static_cast<std::size_t*>(count);
}

broker::partition_list partitions_of(rd_kafka_t* client, const std::string& topic)
{
    const topic_handle asked{rd_kafka_topic_new(client, topic.c_str(), nullptr)};
    const rd_kafka_metadata_t* answer = nullptr;
    require(rd_kafka_metadata(client, /*all_topics=*/0, asked.get(), &answer, patience_ms), topic);
    const metadata found{answer};
    require(found->topics[0].err, topic);
    broker::partition_list list{rd_kafka_topic_partition_list_new(found->topics[0].partition_cnt)};
    for (std::int32_t i = 0; i < found->topics[0].partition_cnt; ++i)
        rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), i)->offset = RD_KAFKA_OFFSET_BEGINNING;
    return list;
}

}  // namespace

std::optional<std::string> kafka_record::header(const std::string& name) const
{
    std::optional<std::string> found;
    for (const auto& each : headers)
        if (each.first == name) found = each.second;
    return found;
}

real_kafka real_kafka::from_environment()
{
    const char* const brokers = std::getenv("BATCHMILL_TEST_BROKERS");
    if (brokers == nullptr || *brokers == '\0')
        throw std::runtime_error{
            "BATCHMILL_TEST_BROKERS is not set. These tests need a real Kafka: "
            "export BATCHMILL_TEST_BROKERS=$(tools/kafka up)"};
    return real_kafka{brokers};
}

broker::client real_kafka::producer(const std::vector<broker::property>& further) const
{
    std::vector<broker::property> properties{{"bootstrap.servers", brokers_},
                                             {"linger.ms", "5"},
                                             {"message.max.bytes", "40000000"},
                                             {"log_level", "3"}};
    properties.insert(properties.end(), further.begin(), further.end());
    return broker::open(broker::role::producer, properties);
}

broker::client real_kafka::consumer(const std::string& group) const
{
    const std::vector<broker::property> properties{{"bootstrap.servers", brokers_},
                                                   {"group.id", group},
                                                   {"enable.auto.commit", "false"},
                                                   {"log_level", "3"}};
    auto opened = broker::open(broker::role::consumer, properties);
    rd_kafka_poll_set_consumer(opened.get());
    return opened;
}

broker::event real_kafka::await_answer(const broker::queue& answers) const
{
    broker::event answer{rd_kafka_queue_poll(answers.get(), patience_ms)};
    if (!answer) throw std::runtime_error{"no answer from " + brokers_};
    require(rd_kafka_event_error(answer.get()), brokers_);
    return answer;
}

void real_kafka::make_topics(const std::vector<topic_order>& wanted) const
{
    constexpr int as_the_broker_says = -1;
    const auto client = producer();
    const broker::queue answers{rd_kafka_queue_new(client.get())};
    std::array<char, reason_size> reason{};
    std::vector<new_topic> owned;
    std::vector<rd_kafka_NewTopic_t*> topics;
    for (const auto& each : wanted) {
        owned.emplace_back(rd_kafka_NewTopic_new(each.name.c_str(), each.partitions, as_the_broker_says,
                                                 reason.data(), reason.size()));
        if (!owned.back()) throw std::runtime_error{each.name + ": " + reason.data()};
        for (const auto& [name, value] : each.settings)
            rd_kafka_NewTopic_set_config(owned.back().get(), name.c_str(), value.c_str());
        topics.push_back(owned.back().get());
    }
    const admin_options options{rd_kafka_AdminOptions_new(client.get(), RD_KAFKA_ADMIN_OP_CREATETOPICS)};
    // The broker's answer comes when every topic has its leaders.
    rd_kafka_AdminOptions_set_operation_timeout(options.get(), patience_ms / 2, reason.data(), reason.size());
    rd_kafka_AdminOptions_set_request_timeout(options.get(), patience_ms, reason.data(), reason.size());
    rd_kafka_CreateTopics(client.get(), topics.data(), topics.size(), options.get(), answers.get());

    const auto answer = await_answer(answers);
    std::size_t count = 0;
    const auto* const made =
        rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(answer.get()), &count);
    for (std::size_t i = 0; i < count; ++i)
        require(rd_kafka_topic_result_error(made[i]), rd_kafka_topic_result_name(made[i]));
}

void real_kafka::write(const std::string& topic, const std::vector<kafka_record>& records) const
{
    std::size_t written = 0;
    const std::vector<broker::property> properties{
        {"bootstrap.servers", brokers_},
        {"enable.idempotence", "true"},  // keeps the order: tests know the offsets
        {"linger.ms", "5"},
        {"message.max.bytes", "40000000"},
        {"log_level", "3"}};
    const auto writer = broker::open(broker::role::producer, properties, count_delivery, &written);
    for (const auto& each : records) offer(writer.get(), topic, each);
    require(rd_kafka_flush(writer.get(), patience_ms), "writing to " + topic);
    if (written != records.size()) throw std::runtime_error{"not all records were taken by " + topic};
}

void real_kafka::write_in_transaction(const std::string& topic, const std::vector<kafka_record>& records,
                                      transaction_end end) const
{
    const auto writer = producer({{"transactional.id", topic}});
    require(rd_kafka_init_transactions(writer.get(), patience_ms), "beginning a transaction");
    require(rd_kafka_begin_transaction(writer.get()), "beginning a transaction");
    for (const auto& each : records) offer(writer.get(), topic, each);
    require(rd_kafka_flush(writer.get(), patience_ms), "writing to " + topic);
    require(end == transaction_end::committed ? rd_kafka_commit_transaction(writer.get(), patience_ms)
                                              : rd_kafka_abort_transaction(writer.get(), patience_ms),
            "ending a transaction");
}

std::vector<kafka_record> real_kafka::read(const std::string& topic) const
{
    const broker::reading_options how{
        .brokers = brokers_, .properties = {{"log_level", "3"}}, .patience = std::chrono::minutes{2}};
    std::vector<kafka_record> found;
    broker::read_topic(topic, how, [&found](const broker::record_view& each) {
        kafka_record copied{.key{},
                            .value{},
                            .headers = each.headers(),
                            .partition = each.partition(),
                            .offset = each.offset()};
        if (const auto key = each.key()) copied.key.emplace(*key);
        if (const auto value = each.value()) copied.value.emplace(*value);
        found.push_back(std::move(copied));
    });
    return found;
}

void real_kafka::await_records(const std::string& topic, std::size_t count) const
{
    const auto reader = consumer("reads-without-a-group");
    const auto all = partitions_of(reader.get(), topic);
    require(rd_kafka_assign(reader.get(), all.get()), topic);
    std::size_t seen = 0;
    while (seen < count) {
        const broker::message next{rd_kafka_consumer_poll(reader.get(), patience_ms)};
        if (!next)
            throw std::runtime_error{topic + ": nothing came for two minutes after " + std::to_string(seen) +
                                     " of " + std::to_string(count) + " records"};
        require(next->err, topic);
        ++seen;
    }
}

real_kafka::offsets real_kafka::committed(const std::string& group, const std::string& topic) const
{
    const auto asking = consumer(group);
    const auto all = partitions_of(asking.get(), topic);
    require(rd_kafka_committed(asking.get(), all.get(), patience_ms), "committed offsets of " + topic);
    offsets found;
    for (int i = 0; i < all->cnt; ++i)
        if (all->elems[i].offset >= 0) found[all->elems[i].partition] = all->elems[i].offset;
    return found;
}

std::map<std::int32_t, std::string> real_kafka::commit_metadata(const std::string& group,
                                                                const std::string& topic) const
{
    const auto asking = consumer(group);
    const auto all = partitions_of(asking.get(), topic);
    require(rd_kafka_committed(asking.get(), all.get(), patience_ms), "commit metadata of " + topic);
    std::map<std::int32_t, std::string> found;
    for (int i = 0; i < all->cnt; ++i) {
        const auto& each = all->elems[i];
        if (each.metadata != nullptr)
            found[each.partition].assign(static_cast<const char*>(each.metadata), each.metadata_size);
    }
    return found;
}

void real_kafka::commit(const std::string& group, const std::string& topic, std::int32_t partition,
                        std::int64_t offset, const std::string& metadata) const
{
    const auto client = consumer(group);
    const broker::partition_list list{rd_kafka_topic_partition_list_new(1)};
    auto* element = rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition);
    element->offset = offset;
    element->metadata = ::strndup(metadata.data(), metadata.size());
    element->metadata_size = metadata.size();
    require(rd_kafka_commit(client.get(), list.get(), 0), "committing for " + group);
}

real_kafka::offsets real_kafka::ends(const std::string& topic) const
{
    const auto asking = consumer("reads-without-a-group");
    const auto all = partitions_of(asking.get(), topic);
    offsets found;
    for (int i = 0; i < all->cnt; ++i) {
        std::int64_t low = 0;
        std::int64_t high = 0;
        require(rd_kafka_query_watermark_offsets(asking.get(), topic.c_str(), i, &low, &high, patience_ms),
                topic);
        found[i] = high;
    }
    return found;
}

void real_kafka::add_partitions(const std::string& topic, int count_then) const
{
    const auto client = producer();
    const broker::queue answers{rd_kafka_queue_new(client.get())};
    std::array<char, reason_size> reason{};
    auto* asked = rd_kafka_NewPartitions_new(topic.c_str(), static_cast<std::size_t>(count_then),
                                             reason.data(), reason.size());
    rd_kafka_CreatePartitions(client.get(), &asked, 1, nullptr, answers.get());
    rd_kafka_NewPartitions_destroy(asked);
    const auto answer = await_answer(answers);
    const auto reader = consumer("reads-without-a-group");
    while (partitions_of(reader.get(), topic)->cnt < count_then) {
    }
}

void real_kafka::delete_records(const std::string& topic, std::int32_t partition, std::int64_t before) const
{
    const auto client = producer();
    const broker::queue answers{rd_kafka_queue_new(client.get())};
    const broker::partition_list list{rd_kafka_topic_partition_list_new(1)};
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition)->offset = before;
    auto* asked = rd_kafka_DeleteRecords_new(list.get());
    rd_kafka_DeleteRecords(client.get(), &asked, 1, nullptr, answers.get());
    rd_kafka_DeleteRecords_destroy(asked);
    const auto answer = await_answer(answers);
    const auto* const result =
        rd_kafka_DeleteRecords_result_offsets(rd_kafka_event_DeleteRecords_result(answer.get()));
    require(result->elems[0].err, topic);
}

void real_kafka::delete_topic(const std::string& topic) const
{
    const auto client = producer();
    const broker::queue answers{rd_kafka_queue_new(client.get())};
    auto* asked = rd_kafka_DeleteTopic_new(topic.c_str());
    const admin_options options{rd_kafka_AdminOptions_new(client.get(), RD_KAFKA_ADMIN_OP_DELETETOPICS)};
    std::array<char, reason_size> reason{};
    rd_kafka_AdminOptions_set_operation_timeout(options.get(), patience_ms / 2, reason.data(), reason.size());
    rd_kafka_AdminOptions_set_request_timeout(options.get(), patience_ms, reason.data(), reason.size());
    rd_kafka_DeleteTopics(client.get(), &asked, 1, options.get(), answers.get());
    rd_kafka_DeleteTopic_destroy(asked);
    const auto answer = await_answer(answers);
    std::size_t count = 0;
    const auto* const gone =
        rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(answer.get()), &count);
    for (std::size_t i = 0; i < count; ++i) require(rd_kafka_topic_result_error(gone[i]), topic);
}

void real_kafka::await_compaction(const std::string& topic, std::size_t fewer_than) const
{
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds{patience_ms};
    while (read(topic).size() >= fewer_than)
        if (std::chrono::steady_clock::now() > deadline)
            throw std::runtime_error{topic + " was not compacted within two minutes"};
}

void real_kafka::delete_group(const std::string& group) const
{
    const auto client = producer();
    const broker::queue answers{rd_kafka_queue_new(client.get())};
    auto* asked = rd_kafka_DeleteGroup_new(group.c_str());
    rd_kafka_DeleteGroups(client.get(), &asked, 1, nullptr, answers.get());
    rd_kafka_DeleteGroup_destroy(asked);
    const auto answer = await_answer(answers);
    std::size_t count = 0;
    const auto* const deleted =
        rd_kafka_DeleteGroups_result_groups(rd_kafka_event_DeleteGroups_result(answer.get()), &count);
    for (std::size_t i = 0; i < count; ++i) {
        const auto* const problem = rd_kafka_group_result_error(deleted[i]);
        if (problem != nullptr)
            throw std::runtime_error{"deleting group " + group + ": " + rd_kafka_error_string(problem)};
    }
}

}  // namespace tests
