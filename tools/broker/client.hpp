#pragma once

#include <librdkafka/rdkafka.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

/// What the small programs of tools/ need of Kafka. They share nothing with the worker's adapters, so that
/// what they say about its work is a second opinion.
namespace broker {

template <auto Destroy>
struct destroyer {
    template <class Handle>
    void operator()(Handle* handle) const noexcept
    {
        Destroy(handle);
    }
};

using client = std::unique_ptr<rd_kafka_t, destroyer<rd_kafka_destroy>>;
using message = std::unique_ptr<rd_kafka_message_t, destroyer<rd_kafka_message_destroy>>;
using queue = std::unique_ptr<rd_kafka_queue_t, destroyer<rd_kafka_queue_destroy>>;
using event = std::unique_ptr<rd_kafka_event_t, destroyer<rd_kafka_event_destroy>>;
using headers = std::unique_ptr<rd_kafka_headers_t, destroyer<rd_kafka_headers_destroy>>;
using partition_list =
    std::unique_ptr<rd_kafka_topic_partition_list_t, destroyer<rd_kafka_topic_partition_list_destroy>>;

/// A property of librdkafka and its value.
using property = std::pair<std::string, std::string>;

enum class role { producer, consumer };

/// A client with these properties; where a name stands twice the last one holds.
/// Throws std::runtime_error with librdkafka's reason. A delivery report sink may be given to producers:
/// it is called, with `opaque`, from whoever polls.
[[nodiscard]] client open(role as, std::span<const property> properties,
                          void (*on_delivery)(rd_kafka_t*, const rd_kafka_message_t*, void*) = nullptr,
                          void* opaque = nullptr);

/// `NAME=VALUE` as it is written on command lines. Throws std::runtime_error where there is no `=`.
[[nodiscard]] property parse_property(const std::string& text);
[[nodiscard]] std::vector<property> parse_properties(std::span<const std::string> texts);

/// Throws std::runtime_error with the broker's reason where the topic cannot be read.
[[nodiscard]] std::int32_t count_partitions(rd_kafka_t* from, const std::string& topic);

/// A topic that is to exist.
struct topic_plan {
    std::string name;
    std::int32_t partitions = 1;
};

/// `NAME:PARTITIONS` as it is written on command lines. Throws std::runtime_error.
[[nodiscard]] topic_plan parse_topic(const std::string& text);

}  // namespace broker
