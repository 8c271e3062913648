#include "worker/kafka_conf.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <variant>

#include "worker/kafka_advice.hpp"

namespace worker {
namespace {

using reason_buffer = std::array<char, 512>;

/// A partition's share of the prefetch budget. The lower bound is what makes an answer worth its round trip.
/// The upper one leaves room for several answers: where the share is used up, librdkafka looks again only
/// after a second (https://github.com/confluentinc/librdkafka/issues/2879), so that a share is also about
/// what a partition can deliver in a second.
std::int64_t prefetch_kilobytes(std::size_t partitions, config::bytes prefetch)
{
    constexpr std::int64_t least = 64;
    constexpr std::int64_t most = 16 * 1024;
    const auto count = static_cast<std::int64_t>(std::max<std::size_t>(partitions, 1));
    return std::clamp(prefetch.count() / 1024 / count, least, most);
}

}  // namespace

kafka_conf::kafka_conf(const config::kafka_settings& settings) : conf_{rd_kafka_conf_new()}
{
    set("bootstrap.servers", settings.brokers);
    set("client.id", "batchmill");
    set("socket.keepalive.enable", "true");
    set("socket.nagle.disable", "true");
    // Its log lines come as events, so that they are written by our log and on our thread.
    set("log.queue", "true");
    set_security(settings);
    if (settings.profile == config::kafka_profile::event_hubs) set_for_event_hubs();
}

void kafka_conf::set_security(const config::kafka_settings& settings)
{
    const bool signs_in = !std::holds_alternative<std::monostate>(settings.auth);
    set("security.protocol", std::string{signs_in ? "sasl_" : ""} + (settings.tls ? "ssl" : "plaintext"));
    if (const auto* const sasl = std::get_if<config::sasl_settings>(&settings.auth)) {
        set("sasl.mechanisms", config::protocol_name(sasl->mechanism));
        set("sasl.username", sasl->user);
        set_secret("sasl.password", sasl->password, "kafka.auth.sasl.password");
    } else if (signs_in) {
        set("sasl.mechanisms", "OAUTHBEARER");
    }
    if (!settings.tls) return;
    const auto& tls = *settings.tls;
    if (tls.ca_file) set("ssl.ca.location", *tls.ca_file);
    if (tls.certificate) {
        set("ssl.certificate.location", *tls.certificate);
        set("ssl.key.location", tls.key.value_or(*tls.certificate));
    }
    if (tls.key_password) set_secret("ssl.key.password", *tls.key_password, "kafka.tls.key_password");
}

// What Microsoft asks clients of librdkafka to set, so that connections which its load balancer has dropped
// in silence are noticed: https://learn.microsoft.com/azure/event-hubs/apache-kafka-configurations
void kafka_conf::set_for_event_hubs()
{
    set("metadata.max.age.ms", "180000");
    set("topic.metadata.refresh.interval.ms", "180000");
    set("connections.max.idle.ms", "180000");
}

kafka_conf kafka_conf::for_consumer(const config::kafka_settings& settings, const std::string& group,
                                    std::size_t partitions, config::bytes prefetch)
{
    kafka_conf conf{settings};
    conf.set("group.id", group);
    // Offsets are committed by the ledger of each partition, in explicit lists.
    conf.set("enable.auto.commit", "false");
    conf.set("enable.auto.offset.store", "false");
    // A position that does not exist is a decision about money: kafka_start.hpp takes it.
    conf.set("auto.offset.reset", "error");
    // Before 2.10 a commit during a cooperative rebalance loses the whole assignment
    // (https://github.com/confluentinc/librdkafka/issues/4059); an eager assignor has no such moment.
    conf.set("partition.assignment.strategy", "roundrobin");
    conf.set("isolation.level", "read_committed");
    // Says how far transaction markers reach at the end of a partition, which no record shows.
    conf.set("enable.partition.eof", "true");

    const auto share = prefetch_kilobytes(partitions, prefetch);
    conf.set("queued.max.messages.kbytes", std::to_string(share));
    // Only keys and values count for the bytes; an entry of the queue takes about half a kilobyte more.
    conf.set("queued.min.messages", std::to_string(2 * share));
    // One answer brings this much of a partition before its queue is looked at again. A record that is
    // larger comes all the same (KIP-74).
    conf.set("fetch.message.max.bytes", std::to_string(std::min<std::int64_t>(share, 1024) * 1024));
    conf.set("fetch.max.bytes", std::to_string(16 * 1024 * 1024));
    conf.set("fetch.wait.max.ms", "100");
    // How soon it is noticed that a topic has got more partitions, or is gone: nothing else tells.
    conf.set("topic.metadata.refresh.interval.ms", "30000");
    conf.set_properties(settings);
    conf.keep_fetches_above_messages();
    rd_kafka_conf_set_events(conf.conf_.get(), RD_KAFKA_EVENT_REBALANCE | RD_KAFKA_EVENT_OFFSET_COMMIT |
                                                   RD_KAFKA_EVENT_ERROR | RD_KAFKA_EVENT_LOG);
    return conf;
}

kafka_conf kafka_conf::for_producer(const config::kafka_settings& settings)
{
    kafka_conf conf{settings};
    conf.set_for_outcomes();
    // Nothing is given up by time: a message that timed out may have been written all the same.
    conf.set("message.timeout.ms", "0");
    conf.set_properties(settings);
    return conf;
}

kafka_conf kafka_conf::for_transactions(const config::kafka_settings& settings,
                                        const std::string& transactional_id)
{
    kafka_conf conf{settings};
    conf.set_for_outcomes();
    conf.set("transactional.id", transactional_id);
    conf.set("transaction.timeout.ms",
             std::to_string(std::chrono::milliseconds{transaction_timeout}.count()));
    conf.set_properties(settings);
    return conf;
}

void kafka_conf::set_for_outcomes()
{
    set("enable.idempotence", "true");
    set("acks", "all");
    set("linger.ms", "5");
    // Vectors do not shrink: of base64 lz4 saves nothing and zstd a quarter, of raw floats neither saves a
    // tenth. Only numbers as JSON text do, to two thirds, at ten times the cost of sending them as they are.
    set("compression.type", "none");
    // The same partition for a key as the Java producers choose; librdkafka's own default differs.
    set("partitioner", "murmur2_random");
    // A deeper queue costs more per message than it gains, because its memory is cold.
    set("queue.buffering.max.messages", "2000");
    set("queue.buffering.max.kbytes", "65536");
    rd_kafka_conf_set_events(conf_.get(), RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR | RD_KAFKA_EVENT_LOG);
}

kafka_conf kafka_conf::for_lookup(const config::kafka_settings& settings)
{
    kafka_conf conf{settings};
    conf.set("enable.auto.commit", "false");
    conf.set("enable.partition.eof", "true");
    conf.set("isolation.level", "read_committed");
    conf.set("auto.offset.reset", "earliest");
    conf.set("fetch.wait.max.ms", "100");
    // How soon it is noticed that a topic has got more partitions, or is gone: nothing else tells.
    conf.set("topic.metadata.refresh.interval.ms", "30000");
    conf.set_properties(settings);
    // They say what keeps it from the brokers where a question is not answered.
    rd_kafka_conf_set_events(conf.conf_.get(), RD_KAFKA_EVENT_ERROR);
    return conf;
}

void kafka_conf::set(const std::string& name, const char* value)
{
    reason_buffer reason{};
    const auto result = rd_kafka_conf_set(conf_.get(), name.c_str(), value, reason.data(), reason.size());
    if (result == RD_KAFKA_CONF_OK) return;
    if (result == RD_KAFKA_CONF_UNKNOWN)
        throw std::runtime_error{"kafka.properties: librdkafka " + std::string{rd_kafka_version_str()} +
                                 " knows no property \"" + name + "\""};
    throw std::runtime_error{"kafka.properties: librdkafka does not take this value of \"" + name + "\""};
}

void kafka_conf::set_properties(const config::kafka_settings& settings)
{
    for (const auto& [name, value] : settings.properties) set(name, value);
    for (const auto& [name, reference] : settings.secret_properties)
        set_secret(name, reference, "kafka.properties: " + name);
}

void kafka_conf::set_secret(const std::string& name, const config::secret_reference& reference,
                            const std::string& purpose)
{
    const auto value = config::read_secret(reference, purpose);
    const config::secret terminated{std::string{value.reveal()}};
    set(name, terminated.reveal().data());
}

void kafka_conf::keep_fetches_above_messages()
{
    // librdkafka refuses a consumer that could not fetch the largest message, and raises the limit by
    // itself only where nobody has set it.
    if (std::stoll(get("fetch.max.bytes")) < std::stoll(get("message.max.bytes")))
        set("fetch.max.bytes", get("message.max.bytes"));
}

std::string kafka_conf::get(const std::string& name) const
{
    reason_buffer value{};
    std::size_t size = value.size();
    if (rd_kafka_conf_get(conf_.get(), name.c_str(), value.data(), &size) != RD_KAFKA_CONF_OK) return {};
    return value.data();
}

kafka_client kafka_conf::make(rd_kafka_type_t type) &&
{
    reason_buffer reason{};
    kafka_client client{rd_kafka_new(type, conf_.get(), reason.data(), reason.size())};
    if (!client) throw std::runtime_error{"kafka: " + in_words_of_settings(reason.data())};
    static_cast<void>(conf_.release());
    return client;
}

}  // namespace worker
