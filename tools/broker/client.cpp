#include "tools/broker/client.hpp"

#include <array>
#include <charconv>
#include <stdexcept>

namespace broker {

namespace {

using configuration = std::unique_ptr<rd_kafka_conf_t, destroyer<rd_kafka_conf_destroy>>;
constexpr std::size_t reason_size = 512;

}  // namespace

client open(role as, std::span<const property> properties,
            void (*on_delivery)(rd_kafka_t*, const rd_kafka_message_t*, void*), void* opaque)
{
    std::array<char, reason_size> reason{};
    configuration wanted{rd_kafka_conf_new()};
    for (const auto& [name, value] : properties) {
        const auto answer =
            rd_kafka_conf_set(wanted.get(), name.c_str(), value.c_str(), reason.data(), reason.size());
        if (answer != RD_KAFKA_CONF_OK) throw std::runtime_error{reason.data()};
    }
    if (on_delivery) rd_kafka_conf_set_dr_msg_cb(wanted.get(), on_delivery);
    rd_kafka_conf_set_opaque(wanted.get(), opaque);

    const auto type = as == role::producer ? RD_KAFKA_PRODUCER : RD_KAFKA_CONSUMER;
    client opened{rd_kafka_new(type, wanted.get(), reason.data(), reason.size())};
    if (!opened) throw std::runtime_error{reason.data()};
    static_cast<void>(wanted.release());  // the client owns it, once there is one
    return opened;
}

property parse_property(const std::string& text)
{
    const auto split = text.find('=');
    if (split == std::string::npos || split == 0) {
        throw std::runtime_error{"'" + text + "' is not of the form NAME=VALUE"};
    }
    return {text.substr(0, split), text.substr(split + 1)};
}

std::vector<property> parse_properties(std::span<const std::string> texts)
{
    std::vector<property> all;
    for (const auto& text : texts) all.push_back(parse_property(text));
    return all;
}

topic_plan parse_topic(const std::string& text)
{
    const auto split = text.rfind(':');
    topic_plan plan{.name = text.substr(0, split)};
    if (split != std::string::npos && split > 0) {
        const auto* const end = text.data() + text.size();
        const auto [stop, problem] = std::from_chars(text.data() + split + 1, end, plan.partitions);
        if (problem == std::errc{} && stop == end && plan.partitions > 0) return plan;
    }
    throw std::runtime_error{"'" + text + "' is not of the form TOPIC:PARTITIONS"};
}

std::int32_t count_partitions(rd_kafka_t* from, const std::string& topic)
{
    constexpr int patience_ms = 15'000;
    const std::unique_ptr<rd_kafka_topic_t, destroyer<rd_kafka_topic_destroy>> asked{
        rd_kafka_topic_new(from, topic.c_str(), nullptr)};
    const rd_kafka_metadata_t* answer = nullptr;
    const auto problem = rd_kafka_metadata(from, /*all_topics=*/0, asked.get(), &answer, patience_ms);
    if (problem)
        throw std::runtime_error{"no answer from the broker: " + std::string{rd_kafka_err2str(problem)}};
    const std::unique_ptr<const rd_kafka_metadata_t, destroyer<rd_kafka_metadata_destroy>> owned{answer};
    const auto& found = answer->topics[0];
    if (found.err) {
        throw std::runtime_error{"the topic " + topic + " cannot be read: " + rd_kafka_err2str(found.err)};
    }
    return found.partition_cnt;
}

}  // namespace broker
