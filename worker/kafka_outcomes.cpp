#include <chrono>
#include <string_view>

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

/// Reads the ends of all partitions of a topic; stops reading when it goes.
class tail_reader {
public:
    tail_reader(rd_kafka_t* client, const std::string& topic, std::int32_t partitions)
        : topic_{rd_kafka_topic_new(client, topic.c_str(), nullptr)}, queue_{rd_kafka_queue_new(client)}
    {
        for (; started_ < partitions; ++started_) {
            const auto tail = RD_KAFKA_OFFSET_TAIL(last_messages);
            if (rd_kafka_consume_start_queue(topic_.get(), started_, tail, queue_.get()) != 0)
                throw kafka_error{rd_kafka_last_error(), "reading the end of topic \"" + topic + "\""};
        }
    }
    ~tail_reader()
    {
        while (started_ > 0) rd_kafka_consume_stop(topic_.get(), --started_);
    }
    tail_reader(const tail_reader&) = delete;
    tail_reader& operator=(const tail_reader&) = delete;

    /// Nothing where none came in time.
    kafka_message next(std::chrono::milliseconds wait)
    {
        return kafka_message{rd_kafka_consume_queue(queue_.get(), static_cast<int>(wait.count()))};
    }

private:
    kafka_topic topic_;
    kafka_queue queue_;
    std::int32_t started_ = 0;
};

}  // namespace

earlier_outcomes find_outcomes(const config::kafka_settings& settings, const std::string& topic,
                               const std::string& route)
{
    const auto client = kafka_conf::for_lookup(settings).make(RD_KAFKA_CONSUMER);
    const auto partitions = count_partitions(client.get(), {topic}).at(topic);
    tail_reader reader{client.get(), topic, partitions};

    for (auto unfinished = partitions; unfinished > 0;) {
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

}  // namespace worker
