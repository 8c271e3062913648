#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tools/broker/client.hpp"

namespace broker {

/// One record of a topic. What it shows lives as long as the librdkafka message behind it.
class record_view {
public:
    explicit record_view(const rd_kafka_message_t& shown) : shown_{&shown} {}

    [[nodiscard]] std::optional<std::string_view> key() const;
    [[nodiscard]] std::optional<std::string_view> value() const;  ///< nothing: a tombstone
    [[nodiscard]] std::optional<std::string_view> header(const std::string& name) const;
    /// All of them, in the order in which they stand; a header may have no value.
    [[nodiscard]] std::vector<std::pair<std::string, std::optional<std::string>>> headers() const;
    [[nodiscard]] std::int32_t partition() const { return shown_->partition; }
    [[nodiscard]] std::int64_t offset() const { return shown_->offset; }

private:
    const rd_kafka_message_t* shown_;
};

struct reading_options {
    std::string brokers;
    std::vector<property> properties;            ///< further ones of librdkafka
    std::chrono::milliseconds patience{30'000};  ///< without a single record before reading is given up
};

struct reading_result {
    std::int64_t records = 0;
    std::int64_t lost_before = 0;  ///< offsets below the oldest that the broker still has
};

/// Shows every committed record of a topic, from the oldest to the end that each partition has at the start;
/// transactions that are open then are waited for, as their markers are, which the cluster writes a moment
/// after it has said that they are committed. Assigns itself all partitions: no group is joined, nothing is
/// committed. Throws std::runtime_error where there is no such topic, or nothing comes for too long.
reading_result read_topic(const std::string& topic, const reading_options& how,
                          const std::function<void(const record_view&)>& visit);

}  // namespace broker
