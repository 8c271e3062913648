#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "config/units.hpp"

/// What Azure Event Hubs takes where it answers as a Kafka cluster.
/// https://learn.microsoft.com/azure/event-hubs/apache-kafka-configurations and .../event-hubs-quotas
namespace config::event_hubs {

using namespace literals;

/// Of one committed offset: offset.metadata.max.bytes.
inline constexpr bytes most_commit_metadata = 1_KiB;
/// Four commits a second for each partition, with room for a late one.
inline constexpr duration least_commit_interval = std::chrono::milliseconds{300};
/// It listens nowhere else, and with TLS only.
inline constexpr std::string_view port = "9093";

/// The first host of `brokers` ("host:port,host:port") that is a namespace of Event Hubs, in the public or a
/// sovereign cloud.
[[nodiscard]] std::optional<std::string> find_namespace(std::string_view brokers);

/// The first of `brokers` that is a namespace but names another port, or none: librdkafka would take 9092.
[[nodiscard]] std::optional<std::string> find_wrong_port(std::string_view brokers);

/// What a token of Entra ID for that host has to be for.
[[nodiscard]] std::string scope_of(std::string_view host);

}  // namespace config::event_hubs
