#include "worker/kafka_lookup.hpp"

#include "worker/kafka_conf.hpp"
#include "worker/kafka_failure.hpp"

namespace worker {
namespace {

constexpr int timeout_ms = static_cast<int>(lookup_timeout.count());

// ListOffsets takes these in the place of a timestamp.
constexpr std::int64_t the_end = -1;
constexpr std::int64_t the_beginning = -2;

using metadata = std::unique_ptr<const rd_kafka_metadata_t, destroyed_by<rd_kafka_metadata_destroy>>;

void refresh_leaders(rd_kafka_t* client)
{
    const rd_kafka_metadata_t* known = nullptr;
    if (rd_kafka_metadata(client, 0, nullptr, &known, timeout_ms) == RD_KAFKA_RESP_ERR_NO_ERROR)
        rd_kafka_metadata_destroy(known);
}

/// Replaces the offsets of `partitions` by those that belong to `timestamp`, one request for each leader.
void list_offsets(rd_kafka_t* client, rd_kafka_topic_partition_list_t* partitions, std::int64_t timestamp)
{
    auto error = RD_KAFKA_RESP_ERR_NO_ERROR;
    for (int i = 0; i < partitions->cnt; ++i) partitions->elems[i].offset = timestamp;
    error = rd_kafka_offsets_for_times(client, partitions, timeout_ms);
    for (int i = 0; i < partitions->cnt && error == RD_KAFKA_RESP_ERR_NO_ERROR; ++i)
        error = partitions->elems[i].err;
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return;
    // Before 2.10 the call does not notice by itself that a leader has moved.
    refresh_leaders(client);
    throw kafka_error{error, "looking up the offsets of partitions"};
}

std::string_view metadata_of(const rd_kafka_topic_partition_t& entry)
{
    return {static_cast<const char*>(entry.metadata), entry.metadata_size};
}

}  // namespace

partition_counts count_partitions(rd_kafka_t* client, const std::vector<std::string>& topics)
{
    partition_counts counts;
    for (const auto& name : topics) {
        const kafka_topic topic{rd_kafka_topic_new(client, name.c_str(), nullptr)};
        const rd_kafka_metadata_t* raw = nullptr;
        const auto failed = rd_kafka_metadata(client, 0, topic.get(), &raw, timeout_ms);
        if (failed != RD_KAFKA_RESP_ERR_NO_ERROR)
            throw kafka_error{failed, "asking for the partitions of topic \"" + name + "\""};
        const metadata found{raw};
        const auto& entry = found->topics[0];
        const bool is_absent = entry.err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
        if (!is_absent && entry.err != RD_KAFKA_RESP_ERR_NO_ERROR)
            throw kafka_error{entry.err, "asking for the partitions of topic \"" + name + "\""};
        counts[name] = is_absent ? 0 : entry.partition_cnt;
    }
    return counts;
}

topic_ends find_ends(rd_kafka_t* client, const partition_counts& topics)
{
    const kafka_partition_list asked{rd_kafka_topic_partition_list_new(8)};
    for (const auto& [topic, count] : topics)
        for (std::int32_t number = 0; number < count; ++number)
            rd_kafka_topic_partition_list_add(asked.get(), topic.c_str(), number);
    if (asked->cnt == 0) return {};
    list_offsets(client, asked.get(), the_end);

    topic_ends ends;
    for (int i = 0; i < asked->cnt; ++i) ends[asked->elems[i].topic].push_back(asked->elems[i].offset);
    return ends;
}

std::vector<partition_offsets> find_offsets(rd_kafka_t* client,
                                            const rd_kafka_topic_partition_list_t& partitions,
                                            const std::optional<start_point>& from)
{
    const auto count = static_cast<std::size_t>(partitions.cnt);
    std::vector<partition_offsets> found(count);
    if (count == 0) return found;
    const kafka_partition_list asked{rd_kafka_topic_partition_list_copy(&partitions)};

    auto failed = rd_kafka_committed(client, asked.get(), timeout_ms);
    for (std::size_t i = 0; i < count; ++i) {
        const auto& each = asked->elems[i];
        if (failed == RD_KAFKA_RESP_ERR_NO_ERROR) failed = each.err;
        if (each.offset < 0) continue;
        found[i].committed = each.offset;
        if (each.metadata != nullptr)
            found[i].metadata.assign(static_cast<const char*>(each.metadata), each.metadata_size);
    }
    if (failed != RD_KAFKA_RESP_ERR_NO_ERROR) throw kafka_error{failed, "looking up committed offsets"};

    list_offsets(client, asked.get(), the_beginning);
    for (std::size_t i = 0; i < count; ++i) found[i].low = asked->elems[i].offset;
    list_offsets(client, asked.get(), the_end);
    for (std::size_t i = 0; i < count; ++i) found[i].high = asked->elems[i].offset;
    if (from && from->where == start_point::kind::timestamp) {
        list_offsets(client, asked.get(), from->timestamp_ms);
        for (std::size_t i = 0; i < count; ++i)
            if (asked->elems[i].offset >= 0) found[i].at_timestamp = asked->elems[i].offset;
    }
    return found;
}

bool has_committed_partition(rd_kafka_t* client, const std::string& topic)
{
    const auto count = count_partitions(client, {topic}).at(topic);
    const kafka_partition_list asked{rd_kafka_topic_partition_list_new(count)};
    for (std::int32_t number = 0; number < count; ++number)
        rd_kafka_topic_partition_list_add(asked.get(), topic.c_str(), number);
    const auto failed = rd_kafka_committed(client, asked.get(), timeout_ms);
    if (failed != RD_KAFKA_RESP_ERR_NO_ERROR) throw kafka_error{failed, "looking up committed offsets"};
    for (int i = 0; i < asked->cnt; ++i) {
        const auto& each = asked->elems[i];
        if (each.err != RD_KAFKA_RESP_ERR_NO_ERROR)
            throw kafka_error{each.err, "looking up committed offsets"};
        if (each.offset >= 0) return true;
    }
    return false;
}

bool is_committed(const kafka_access& access, const std::string& group,
                  const rd_kafka_topic_partition_list_t& offsets)
{
    const auto ask = [&](rd_kafka_t* client) {
        const kafka_partition_list asked{rd_kafka_topic_partition_list_copy(&offsets)};
        const auto failed = rd_kafka_committed(client, asked.get(), timeout_ms);
        if (failed != RD_KAFKA_RESP_ERR_NO_ERROR) throw kafka_error{failed, "looking up committed offsets"};
        for (int i = 0; i < offsets.cnt; ++i) {
            const auto& sent = offsets.elems[i];
            const auto& found = asked->elems[i];
            if (found.err != RD_KAFKA_RESP_ERR_NO_ERROR)
                throw kafka_error{found.err, "looking up committed offsets"};
            if (found.offset != sent.offset || metadata_of(found) != metadata_of(sent)) return false;
        }
        return true;
    };
    return ask_once(access, kafka_conf::for_consumer(access.settings, group, 1, config::bytes{0}), ask);
}

}  // namespace worker
