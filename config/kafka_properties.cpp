#include "config/kafka_properties.hpp"

#include <algorithm>
#include <array>

namespace config {
namespace {

struct refusal {
    std::string_view property;
    std::string_view reason;
};

constexpr std::string_view offsets_are_ours =
    "offsets are committed once the outcome of the record is durable, never by a timer; remove it";
constexpr std::string_view brokers_instead = "use kafka.brokers";
constexpr std::string_view outcomes_are_durable =
    "an offset is committed on the strength of acks=all with idempotence; remove it";
constexpr std::string_view outcomes_wait =
    "an outcome waits for as long as its topic is away, it is never given up; remove it";
constexpr std::string_view not_a_text = "it is a function of the program, not a setting; remove it";
constexpr std::string_view classic_protocol =
    "the offset ledger follows the classic rebalance protocol; remove it";

// Names and aliases: librdkafka's CONFIGURATION.md.
constexpr std::array refusals{
    refusal{"acks", outcomes_are_durable},
    refusal{"auto.commit.enable", offsets_are_ours},
    refusal{"auto.commit.interval.ms", "use kafka.commit_interval"},
    refusal{"auto.offset.reset",
            "a lost offset would silently skip records or buy a whole topic again; remove it"},
    refusal{"bootstrap.servers", brokers_instead},
    refusal{"default_topic_conf", not_a_text},
    refusal{"delivery.timeout.ms", outcomes_wait},
    refusal{"enable.auto.commit", offsets_are_ours},
    refusal{"enable.auto.offset.store", offsets_are_ours},
    refusal{"enable.idempotence", outcomes_are_durable},
    refusal{"enable.partition.eof", "the ends of partitions are events that the program asks for; remove it"},
    refusal{"enabled_events", not_a_text},
    refusal{"group.id", "use kafka.group, or the group of a route"},
    refusal{"group.protocol", classic_protocol},
    refusal{"group.remote.assignor", classic_protocol},
    refusal{"interceptors", not_a_text},
    refusal{"isolation.level", "records of transactions that were rolled back must not be bought; remove it"},
    refusal{"message.send.max.retries", outcomes_wait},
    refusal{"message.timeout.ms", outcomes_wait},
    refusal{"metadata.broker.list", brokers_instead},
    refusal{"offset.store.method", offsets_are_ours},
    refusal{"opaque", not_a_text},
    refusal{"queued.max.messages.kbytes", "use budgets.prefetch_bytes, which bounds all partitions together"},
    refusal{"request.required.acks", outcomes_are_durable},
    refusal{"retries", outcomes_wait},
    refusal{"transaction.timeout.ms", "with \"delivery\": \"exactly_once\" the program sets it; remove it"},
    refusal{"transactional.id",
            "use kafka.delivery and kafka.instance: the id is made of the group and the instance"},
};

constexpr std::array<std::string_view, 5> secrets{
    "sasl.password", "sasl.oauthbearer.client.secret", "ssl.key.password",
    "ssl.key.pem",   "ssl.keystore.password",
};

}  // namespace

std::optional<std::string_view> objection_to(std::string_view property, std::string_view value)
{
    const auto found = std::find_if(refusals.begin(), refusals.end(),
                                    [&](const refusal& each) { return each.property == property; });
    if (found != refusals.end()) return found->reason;
    if (property.ends_with("_cb")) return not_a_text;
    if (property == "partition.assignment.strategy" && value.find("cooperative") != value.npos)
        return "below librdkafka 2.10.1 cooperative-sticky loses the assignment when offsets are committed "
               "by "
               "hand (confluentinc/librdkafka#4059); use roundrobin or range";
    return std::nullopt;
}

bool is_secret_property(std::string_view property)
{
    return std::find(secrets.begin(), secrets.end(), property) != secrets.end();
}

}  // namespace config
