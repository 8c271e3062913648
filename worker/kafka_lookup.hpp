#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "worker/kafka_access.hpp"
#include "worker/kafka_handles.hpp"
#include "worker/kafka_start.hpp"

/// Questions to the cluster while starting or rebalancing. All of them block for up to lookup_timeout a
/// request (call them on kafka_blocking) and throw kafka_error where the cluster does not answer: ask again.
namespace worker {

inline constexpr std::chrono::milliseconds lookup_timeout{5'000};

/// How many partitions each topic has; 0 for a topic that does not exist.
using partition_counts = std::map<std::string, std::int32_t>;
[[nodiscard]] partition_counts count_partitions(rd_kafka_t* client, const std::vector<std::string>& topics);

/// High watermarks (of read_committed readers: the end of the last finished transaction) by partition.
using topic_ends = std::map<std::string, std::vector<std::int64_t>>;
[[nodiscard]] topic_ends find_ends(rd_kafka_t* client, const partition_counts& topics);

/// Committed offsets of the client's group and the watermarks of `partitions`, in their order.
[[nodiscard]] std::vector<partition_offsets> find_offsets(rd_kafka_t* client,
                                                          const rd_kafka_topic_partition_list_t& partitions,
                                                          const std::optional<start_point>& from);

/// Whether the client's group has committed an offset in any partition of the topic.
[[nodiscard]] bool has_committed_partition(rd_kafka_t* client, const std::string& topic);

/// Whether these offsets, with their metadata, are what stands committed in the group.
[[nodiscard]] bool is_committed(const kafka_access& access, const std::string& group,
                                const rd_kafka_topic_partition_list_t& offsets);

/// Whether the last few messages of `topic` hold an outcome of `route`, by the header batchmill-route.
[[nodiscard]] earlier_outcomes find_outcomes(const kafka_access& access, const std::string& topic,
                                             const std::string& route);

}  // namespace worker
