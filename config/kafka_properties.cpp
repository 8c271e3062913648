#include "config/kafka_properties.hpp"

#include <algorithm>
#include <array>
#include <string>

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
constexpr std::string_view issuer_instead = "use kafka.auth.entra_id or kafka.auth.oauth";
constexpr std::string_view password_instead = "use kafka.auth.sasl";
constexpr std::string_view brokers_are_verified =
    "the certificates and names of brokers are always verified; say whom to trust in kafka.tls.ca_file";
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
    refusal{"enable.sasl.oauthbearer.unsecure.jwt", issuer_instead},
    refusal{"enable.ssl.certificate.verification", brokers_are_verified},
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
    refusal{"sasl.password", password_instead},
    refusal{"sasl.username", password_instead},
    refusal{"ssl.ca.location", "use kafka.tls.ca_file"},
    refusal{"ssl.certificate.location", "use kafka.tls.certificate"},
    refusal{"ssl.endpoint.identification.algorithm", brokers_are_verified},
    refusal{"ssl.key.location", "use kafka.tls.key"},
    refusal{"ssl.key.password", "use kafka.tls.key_password"},
    refusal{"transaction.timeout.ms", "with \"delivery\": \"exactly_once\" the program sets it; remove it"},
    refusal{"transactional.id",
            "use kafka.delivery and kafka.instance: the id is made of the group and the instance"},
};

constexpr std::array<std::string_view, 2> secrets{"ssl.key.pem", "ssl.keystore.password"};

/// What a property has to be, where kafka.auth and kafka.tls say everything but one thing: Kerberos.
std::optional<std::string_view> objection_but_for_kerberos(std::string_view property, std::string_view value)
{
    std::string small{value};
    for (auto& c : small)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    const bool is_mechanism = property == "sasl.mechanism" || property == "sasl.mechanisms";
    if (is_mechanism && small != "gssapi")
        return "use kafka.auth, but for GSSAPI, which has no setting of its own";
    if (property == "security.protocol" && !small.starts_with("sasl_"))
        return "it follows from kafka.auth and kafka.tls (\"tls\": {} switches TLS on); remove it";
    return std::nullopt;
}

}  // namespace

std::optional<std::string_view> objection_to(std::string_view property, std::string_view value)
{
    const auto found = std::find_if(refusals.begin(), refusals.end(),
                                    [&](const refusal& each) { return each.property == property; });
    if (found != refusals.end()) return found->reason;
    if (property.ends_with("_cb")) return not_a_text;
    if (property.starts_with("sasl.oauthbearer.")) return issuer_instead;
    if (const auto objection = objection_but_for_kerberos(property, value)) return objection;
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
