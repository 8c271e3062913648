#include "worker/kafka_advice.hpp"

#include <array>

namespace worker {
namespace {

struct pair_of_words {
    std::string_view theirs;
    std::string_view ours;
};

// Names that librdkafka's messages contain, as of rdkafka_ssl.c and rdkafka_broker.c.
constexpr std::array names{
    pair_of_words{"ssl.ca.location", "kafka.tls.ca_file"},
    pair_of_words{"ssl.certificate.location", "kafka.tls.certificate"},
    pair_of_words{"ssl.key.location", "kafka.tls.key"},
    pair_of_words{"ssl.key.password", "kafka.tls.key_password"},
    pair_of_words{"security.protocol", "kafka.auth and kafka.tls"},
};

constexpr std::string_view token_is_refused =
    "kafka.auth: the brokers do not take the token; its scope, and whom they trust for which audience";
constexpr std::string_view certificate_is_missing =
    "kafka.tls.certificate: the brokers ask for one of ours, or do not take this one";
constexpr std::string_view name_is_another =
    "kafka.brokers: the certificate of the broker is for another name";

// The first that fits counts. Texts of librdkafka, of OpenSSL in it, and of brokers, which send theirs along.
constexpr std::array advices{
    pair_of_words{"might require SASL authentication", "kafka.auth, and the port in kafka.brokers"},
    pair_of_words{"OAUTHBEARER token", "the sign-in of kafka.auth: what its issuer answers stands above"},
    pair_of_words{"OAUTHBEARER", token_is_refused},
    pair_of_words{"invalid_token", token_is_refused},
    pair_of_words{"SCRAM",
                  "kafka.auth.sasl: user and password; with Kafka 4, SCRAM needs librdkafka 2.6.1 or newer"},
    pair_of_words{"Unsupported SASL mechanism", "kafka.auth: the brokers offer other ways to sign in"},
    pair_of_words{"SASL authentication", "kafka.auth.sasl: user and password"},
    pair_of_words{"certificate has expired",
                  "the certificate of the broker, which has expired, and the clock"},
    pair_of_words{"IP address mismatch", name_is_another},
    pair_of_words{"Hostname mismatch", name_is_another},
    pair_of_words{"certificate verify failed",
                  "kafka.tls.ca_file: has to hold the authority that signed the brokers' certificates"},
    pair_of_words{"certificate required", certificate_is_missing},
    pair_of_words{"bad certificate", certificate_is_missing},
    pair_of_words{"certificate unknown", certificate_is_missing},
    pair_of_words{"unknown ca", certificate_is_missing},
    pair_of_words{"wrong version number", "kafka.tls: the brokers do not speak TLS at that port"},
    pair_of_words{"SSL handshake failed", "kafka.tls, and the port in kafka.brokers"},
};

}  // namespace

std::string in_words_of_settings(std::string_view text)
{
    std::string words{text};
    for (const auto& [theirs, ours] : names)
        for (auto at = words.find(theirs); at != words.npos; at = words.find(theirs, at + ours.size()))
            words.replace(at, theirs.size(), ours);
    return words;
}

std::string_view advice_on(std::string_view reason)
{
    for (const auto& [theirs, ours] : advices)
        if (reason.find(theirs) != reason.npos) return ours;
    return {};
}

}  // namespace worker
