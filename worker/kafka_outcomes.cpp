#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "worker/kafka_conf.hpp"
#include "worker/kafka_failure.hpp"
#include "worker/kafka_lookup.hpp"

namespace worker {
namespace {

// A topic may be shared by routes, and transaction markers count as messages here.
constexpr std::int64_t last_messages = 20;

bool is_outcome_of(const rd_kafka_message_t& message, const std::string& route)
{
    rd_kafka_headers_t* headers = nullptr;
    if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return false;
    const void* value = nullptr;
    std::size_t size = 0;
    if (rd_kafka_header_get_last(headers, "batchmill-route", &value, &size) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return false;
    return value != nullptr && std::string_view{static_cast<const char*>(value), size} == route;
}

/// A partition that is read from an offset on; stops reading when it goes.
class partition_reading {
public:
    partition_reading(rd_kafka_topic_t* topic, std::int32_t number, std::int64_t first,
                      rd_kafka_queue_t* into)
        : topic_{topic}, number_{number}
    {
        if (rd_kafka_consume_start_queue(topic, number, first, into) != 0)
            throw kafka_error{rd_kafka_last_error(),
                              std::string{"reading the end of topic \""} + rd_kafka_topic_name(topic) + '"'};
    }
    partition_reading(partition_reading&& other) noexcept
        : topic_{std::exchange(other.topic_, nullptr)}, number_{other.number_}
    {}
    partition_reading& operator=(partition_reading&&) = delete;
    ~partition_reading()
    {
        if (topic_ != nullptr) rd_kafka_consume_stop(topic_, number_);
    }

private:
    rd_kafka_topic_t* topic_;
    std::int32_t number_;
};

/// Reads the ends of those partitions of a topic that hold anything.
///
/// The offsets are asked for beforehand: RD_KAFKA_OFFSET_TAIL asks as well, but waits half a second where
/// the leader is not known yet, which at a first start it never is.
class tail_reader {
public:
    tail_reader(rd_kafka_t* client, const std::string& topic, std::int32_t partitions)
        : topic_{rd_kafka_topic_new(client, topic.c_str(), nullptr)}, queue_{rd_kafka_queue_new(client)}
    {
        for (std::int32_t number = 0; number < partitions; ++number) {
            std::int64_t low = 0;
            std::int64_t high = 0;
            const auto failed = rd_kafka_query_watermark_offsets(client, topic.c_str(), number, &low, &high,
                                                                 static_cast<int>(lookup_timeout.count()));
            if (failed != RD_KAFKA_RESP_ERR_NO_ERROR)
                throw kafka_error{failed, "asking for the end of topic \"" + topic + "\""};
            if (low == high) continue;
            read_.emplace_back(topic_.get(), number, std::max(low, high - last_messages), queue_.get());
        }
    }

    /// How many partitions are read.
    [[nodiscard]] std::size_t partitions() const noexcept { return read_.size(); }
    /// Nothing where none came in time.
    kafka_message next(std::chrono::milliseconds wait)
    {
        return kafka_message{rd_kafka_consume_queue(queue_.get(), static_cast<int>(wait.count()))};
    }

private:
    kafka_topic topic_;
    kafka_queue queue_;
    std::vector<partition_reading> read_;
};

earlier_outcomes read_outcomes(rd_kafka_t* client, const std::string& topic, const std::string& route)
{
    const auto partitions = count_partitions(client, {topic}).at(topic);
    tail_reader reader{client, topic, partitions};
    for (auto unfinished = reader.partitions(); unfinished > 0;) {
        const auto message = reader.next(lookup_timeout);
        if (!message)
            throw kafka_error{RD_KAFKA_RESP_ERR__TIMED_OUT, "reading the end of topic \"" + topic + "\""};
        if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
            --unfinished;
        } else if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR && is_outcome_of(*message, route)) {
            return earlier_outcomes::present;
        }
    }
    return earlier_outcomes::none;
}

}  // namespace

earlier_outcomes find_outcomes(const kafka_access& access, const std::string& topic, const std::string& route)
{
    const auto ask = [&](rd_kafka_t* client) { return read_outcomes(client, topic, route); };
    return ask_once(access, kafka_conf::for_lookup(access.settings), ask);
}

}  // namespace worker
