#include "worker/kafka_advice.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <utility>

using worker::advice_on;
using worker::in_words_of_settings;

TEST_CASE("librdkafka's words name settings of ours, not its properties")
{
    CHECK(in_words_of_settings("verify that ssl.ca.location is correctly configured") ==
          "verify that kafka.tls.ca_file is correctly configured");
    CHECK(in_words_of_settings("(see ssl.key.location and ssl.certificate.location)") ==
          "(see kafka.tls.key and kafka.tls.certificate)");
    CHECK(in_words_of_settings("1/1 brokers are down") == "1/1 brokers are down");
}

TEST_CASE("each way to be kept out by the brokers names the setting to look at")
{
    // As Kafka 4.4 and librdkafka 2.0.2 put it.
    const std::array<std::pair<std::string, std::string>, 9> cases{{
        {"SASL authentication error: Authentication failed: Invalid username or password (after 300ms)",
         "kafka.auth.sasl: user and password"},
        {"SASL authentication error: Authentication failed during authentication due to invalid credentials "
         "with SASL mechanism SCRAM-SHA-256",
         "librdkafka 2.6.1"},
        {R"(SASL authentication error: {"status":"invalid_token"})", "do not take the token"},
        {"Failed to acquire SASL OAUTHBEARER token: signing in by x failed", "the sign-in of kafka.auth"},
        {"Unsupported SASL mechanism: broker's supported mechanisms: PLAIN", "other ways to sign in"},
        {"SSL handshake failed: error:0A000086:SSL routines::certificate verify failed: broker certificate "
         "could not be verified, verify that ssl.ca.location is correctly configured",
         "kafka.tls.ca_file"},
        {"SSL handshake failed: ssl/record/rec_layer_s3.c: alert certificate required",
         "kafka.tls.certificate"},
        {"SSL handshake failed: error:0A00010B:SSL routines::wrong version number", "do not speak TLS"},
        {"Disconnected: verify that security.protocol is correctly configured, broker might require SASL "
         "authentication",
         "kafka.auth"},
    }};
    for (const auto& [reason, setting] : cases)
        CHECK_MESSAGE(std::string{advice_on(reason)}.find(setting) != std::string::npos, reason);
}

TEST_CASE("trouble that has nothing to do with signing in has no advice")
{
    CHECK(advice_on("1/1 brokers are down").empty());
    CHECK(advice_on("Connect to ipv4#127.0.0.1:1 failed: Connection refused").empty());
}
