#include "worker/kafka_refusal.hpp"

#include <string>
#include <utility>

namespace worker {
namespace {

/// What the record format may add to a message at most, headers apart, and a little more:
/// https://kafka.apache.org/documentation/#recordbatch
constexpr std::size_t framing_bytes = 128;
constexpr std::size_t header_framing_bytes = 10;

std::size_t written_size(const pipeline::message& message)
{
    return framing_bytes + (message.key ? message.key->size() : 0) +
           (message.value ? message.value->size() : 0) + message.headers.bytes() +
           header_framing_bytes * message.headers.size();
}

}  // namespace

std::optional<pipeline::failure> find_oversized(const pipeline::outcome& what, std::int64_t largest)
{
    for (const auto& each : what.messages) {
        const auto size = static_cast<std::int64_t>(written_size(each));
        if (size <= largest) continue;
        pipeline::failure why{pipeline::errc::refused,
                              "a message of " + std::to_string(size) + " bytes for topic \"" + each.topic +
                                  "\" is larger than the " + std::to_string(largest) +
                                  " bytes that are produced at most: raise message.max.bytes in "
                                  "kafka.properties, and max.message.bytes of the topic"};
        return std::move(why).with_code("message_too_large");
    }
    return std::nullopt;
}

pipeline::failure not_durable()
{
    return {pipeline::errc::abandoned, "the process is stopping, or the record is another member's by now"};
}

pipeline::failure refusal_of(const kafka_delivery& delivery)
{
    const auto size = std::to_string(written_size(*delivery.what));
    const auto& topic = delivery.what->topic;
    if (delivery.error == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE) {
        pipeline::failure why{pipeline::errc::refused, "a message of " + size +
                                                           " bytes is larger than topic \"" + topic +
                                                           "\" takes: raise max.message.bytes of the topic"};
        return std::move(why).with_code("message_too_large");
    }
    pipeline::failure why{pipeline::errc::refused, "topic \"" + topic + "\" refuses a message of " + size +
                                                       " bytes: " + rd_kafka_err2str(delivery.error)};
    return std::move(why).with_code(rd_kafka_err2name(delivery.error));
}

}  // namespace worker
