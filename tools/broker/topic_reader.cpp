#include "tools/broker/topic_reader.hpp"

#include <map>
#include <stdexcept>

namespace broker {

namespace {

constexpr int watermark_patience_ms = 15'000;

std::optional<std::string_view> bytes_at(const void* data, std::size_t size)
{
    if (!data) return std::nullopt;
    return std::string_view{static_cast<const char*>(data), size};
}

client open_reader(const reading_options& how, const char* isolation)
{
    // The mock broker answers an empty fetch only after the whole fetch.wait.max.ms.
    std::vector<property> properties{
        {"bootstrap.servers", how.brokers}, {"group.id", "reads-without-a-group"},
        {"enable.auto.commit", "false"},    {"auto.offset.reset", "earliest"},
        {"isolation.level", isolation},     {"enable.partition.eof", "true"},
        {"fetch.wait.max.ms", "20"}};
    properties.insert(properties.end(), how.properties.begin(), how.properties.end());
    auto reader = open(role::consumer, properties);
    rd_kafka_poll_set_consumer(reader.get());
    return reader;
}

}  // namespace

std::optional<std::string_view> record_view::key() const { return bytes_at(shown_->key, shown_->key_len); }

std::optional<std::string_view> record_view::value() const { return bytes_at(shown_->payload, shown_->len); }

std::optional<std::string_view> record_view::header(const std::string& name) const
{
    rd_kafka_headers_t* all = nullptr;
    if (rd_kafka_message_headers(shown_, &all) != RD_KAFKA_RESP_ERR_NO_ERROR) return std::nullopt;
    const void* data = nullptr;
    std::size_t size = 0;
    if (rd_kafka_header_get_last(all, name.c_str(), &data, &size) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return std::nullopt;
    }
    return bytes_at(data, size);
}

std::vector<std::pair<std::string, std::optional<std::string>>> record_view::headers() const
{
    std::vector<std::pair<std::string, std::optional<std::string>>> found;
    rd_kafka_headers_t* all = nullptr;
    if (rd_kafka_message_headers(shown_, &all) != RD_KAFKA_RESP_ERR_NO_ERROR) return found;
    const char* name = nullptr;
    const void* data = nullptr;
    std::size_t size = 0;
    for (std::size_t i = 0;
         rd_kafka_header_get_all(all, i, &name, &data, &size) == RD_KAFKA_RESP_ERR_NO_ERROR; ++i) {
        const auto value = bytes_at(data, size);
        found.emplace_back(name, value ? std::optional<std::string>{*value} : std::nullopt);
    }
    return found;
}

reading_result read_topic(const std::string& topic, const reading_options& how,
                          const std::function<void(const record_view&)>& visit)
{
    const auto reader = open_reader(how, "read_committed");
    const auto partitions = count_partitions(reader.get(), topic);
    // To the other kind of reader a partition ends behind its open transactions.
    const auto scout = open_reader(how, "read_uncommitted");

    reading_result result;
    std::map<std::int32_t, std::int64_t> unfinished;
    const partition_list wanted{rd_kafka_topic_partition_list_new(partitions)};
    for (std::int32_t partition = 0; partition < partitions; ++partition) {
        std::int64_t oldest = 0;
        std::int64_t end = 0;
        const auto problem = rd_kafka_query_watermark_offsets(scout.get(), topic.c_str(), partition, &oldest,
                                                              &end, watermark_patience_ms);
        if (problem) throw std::runtime_error{topic + ": " + rd_kafka_err2str(problem)};
        result.lost_before += oldest;
        unfinished[partition] = end;
        rd_kafka_topic_partition_list_add(wanted.get(), topic.c_str(), partition)->offset = oldest;
    }
    if (const auto problem = rd_kafka_assign(reader.get(), wanted.get())) {
        throw std::runtime_error{topic + ": " + rd_kafka_err2str(problem)};
    }

    while (!unfinished.empty()) {
        const message next{rd_kafka_consumer_poll(reader.get(), static_cast<int>(how.patience.count()))};
        if (!next) {
            throw std::runtime_error{topic + ": nothing came for " +
                                     std::to_string(how.patience.count() / 1000) + " s, while " +
                                     std::to_string(unfinished.size()) + " partitions have not ended"};
        }
        if (next->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
            const auto waiting = unfinished.find(next->partition);
            if (waiting != unfinished.end() && next->offset >= waiting->second) unfinished.erase(waiting);
        } else if (next->err) {
            throw std::runtime_error{topic + ": " + rd_kafka_message_errstr(next.get())};
        } else if (unfinished.contains(next->partition)) {
            visit(record_view{*next});
            ++result.records;
        }
    }
    return result;
}

}  // namespace broker
