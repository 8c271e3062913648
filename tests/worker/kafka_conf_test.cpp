#include "worker/kafka_conf.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <stdexcept>
#include <string>

using config::bytes;
using worker::kafka_conf;

namespace {

config::kafka_settings settings_with(std::vector<std::pair<std::string, std::string>> properties)
{
    config::kafka_settings settings;
    settings.brokers = "127.0.0.1:1";
    settings.properties = std::move(properties);
    return settings;
}

std::string complaint_about(const config::kafka_settings& settings)
{
    try {
        static_cast<void>(kafka_conf::for_producer(settings));
    } catch (const std::runtime_error& why) {
        return why.what();
    }
    return {};
}

constexpr bytes one_gibibyte{std::int64_t{1} << 30};

}  // namespace

TEST_CASE("the prefetch budget is divided by the partitions, within bounds")
{
    const auto share = [](std::size_t partitions, bytes prefetch) {
        const auto conf = kafka_conf::for_consumer(settings_with({}), "g", partitions, prefetch);
        return std::stoll(conf.get("queued.max.messages.kbytes"));
    };
    CHECK(share(16, bytes{64 * 1024 * 1024}) == 4096);
    CHECK(share(200, bytes{64 * 1024 * 1024}) == 327);
    CHECK(share(5'000, bytes{64 * 1024 * 1024}) == 64);
    CHECK(share(0, one_gibibyte) == 16 * 1024);
}

TEST_CASE("what the promises rest on is set")
{
    const auto consumer = kafka_conf::for_consumer(settings_with({}), "g", 1, one_gibibyte);
    CHECK(consumer.get("group.id") == "g");
    CHECK(consumer.get("enable.auto.commit") == "false");
    CHECK(consumer.get("enable.auto.offset.store") == "false");
    CHECK(consumer.get("auto.offset.reset") == "error");
    CHECK(consumer.get("isolation.level") == "read_committed");
    CHECK(consumer.get("partition.assignment.strategy") == "roundrobin");
    const auto producer = kafka_conf::for_producer(settings_with({}));
    CHECK(producer.get("enable.idempotence") == "true");
    CHECK(producer.get("acks") == "-1");
    CHECK(producer.get("message.timeout.ms") == "0");
}

TEST_CASE("the operator's properties reach both clients and win over our defaults")
{
    const auto settings = settings_with({{"linger.ms", "50"}, {"fetch.wait.max.ms", "7"}});
    CHECK(kafka_conf::for_producer(settings).get("linger.ms") == "50");
    CHECK(kafka_conf::for_consumer(settings, "g", 1, one_gibibyte).get("fetch.wait.max.ms") == "7");
}

TEST_CASE("a property that librdkafka does not know is named, and its value is not")
{
    const auto unknown = complaint_about(settings_with({{"linger.msec", "s3cret"}}));
    CHECK(unknown.find("linger.msec") != std::string::npos);
    CHECK(unknown.find("s3cret") == std::string::npos);
    const auto malformed = complaint_about(settings_with({{"linger.ms", "s3cret"}}));
    CHECK(malformed.find("linger.ms") != std::string::npos);
    CHECK(malformed.find("s3cret") == std::string::npos);
}

TEST_CASE("secret properties are read from where they are kept")
{
    ::setenv("BATCHMILL_TEST_PASSWORD", "open sesame", 1);
    auto settings = settings_with({});
    settings.secret_properties.push_back(
        {"ssl.keystore.password",
         {config::secret_reference::source::environment, "BATCHMILL_TEST_PASSWORD"}});
    CHECK(kafka_conf::for_producer(settings).get("ssl.keystore.password") == "open sesame");
    ::unsetenv("BATCHMILL_TEST_PASSWORD");
    CHECK(complaint_about(settings).find("BATCHMILL_TEST_PASSWORD") != std::string::npos);
}

TEST_CASE("who signs in, and how, reaches every client, and the protocol follows from it")
{
    ::setenv("BATCHMILL_TEST_PASSWORD", "open sesame", 1);
    auto settings = settings_with({});
    CHECK(kafka_conf::for_producer(settings).get("security.protocol") == "plaintext");

    using source = config::secret_reference::source;
    settings.auth = config::sasl_settings{
        config::sasl_mechanism::scram_sha_512, "mill", {source::environment, "BATCHMILL_TEST_PASSWORD"}};
    CHECK(kafka_conf::for_producer(settings).get("security.protocol") == "sasl_plaintext");
    settings.tls.emplace();
    settings.tls->ca_file = "/ca.pem";
    settings.tls->certificate = "/mill.pem";
    for (const auto& conf : {kafka_conf::for_consumer(settings, "g", 1, one_gibibyte).get("sasl.username"),
                             kafka_conf::for_transactions(settings, "g.1").get("sasl.username"),
                             kafka_conf::for_lookup(settings).get("sasl.username")})
        CHECK(conf == "mill");
    const auto conf = kafka_conf::for_producer(settings);
    CHECK(conf.get("security.protocol") == "sasl_ssl");
    CHECK(conf.get("sasl.mechanisms") == "SCRAM-SHA-512");
    CHECK(conf.get("sasl.password") == "open sesame");
    CHECK(conf.get("ssl.ca.location") == "/ca.pem");
    CHECK(conf.get("ssl.key.location") == "/mill.pem");
    ::unsetenv("BATCHMILL_TEST_PASSWORD");

    settings.auth = config::oauth_settings{};
    CHECK(kafka_conf::for_producer(settings).get("sasl.mechanisms") == "OAUTHBEARER");
    settings.auth = {};
    CHECK(kafka_conf::for_producer(settings).get("security.protocol") == "ssl");
}

TEST_CASE("at Event Hubs, connections that its load balancer drops in silence are given up before")
{
    auto settings = settings_with({});
    settings.profile = config::kafka_profile::event_hubs;
    const auto conf = kafka_conf::for_producer(settings);
    CHECK(conf.get("connections.max.idle.ms") == "180000");
    CHECK(conf.get("metadata.max.age.ms") == "180000");
    CHECK(conf.get("compression.codec") == "none");
}
