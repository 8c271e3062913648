#pragma once

#include <optional>
#include <string>
#include <variant>

#include "config/identity.hpp"
#include "config/proxy.hpp"
#include "config/secret.hpp"

/// How the worker makes itself known to the brokers, and how it knows them.
namespace config {

/// The mechanisms of SASL that take a name and a password.
enum class sasl_mechanism {
    plain,          ///< RFC 4616: the broker gets to see the password
    scram_sha_256,  ///< RFC 7677: it does not
    scram_sha_512
};

/// The mechanism's name in the protocol.
[[nodiscard]] std::string protocol_name(sasl_mechanism mechanism);

struct sasl_settings {
    sasl_mechanism mechanism = sasl_mechanism::plain;
    std::string user;
    secret_reference password;

    bool operator==(const sasl_settings&) const = default;
};

/// Tokens of any issuer by the client credentials grant (RFC 6749 section 4.4), shown by OAUTHBEARER
/// (KIP-255).
struct oauth_settings {
    std::string token_url;
    std::string client_id;
    secret_reference client_secret;
    std::optional<std::string> scope;
    std::optional<std::string> ca_file;  ///< PEM bundle for the issuer, used instead of the system's
    std::optional<proxy_settings> proxy;  ///< chosen for the issuer

    bool operator==(const oauth_settings&) const = default;
};

/// Who the worker is to the brokers. Nobody: without SASL, which still leaves a client certificate.
using kafka_auth = std::variant<std::monostate, sasl_settings, entra_id_settings, oauth_settings>;

/// TLS to the brokers. Their certificates and host names are always verified.
struct kafka_tls_settings {
    std::optional<std::string> ca_file;      ///< PEM bundle used instead of the system's
    std::optional<std::string> certificate;  ///< PEM of our own, for brokers that ask for one
    std::optional<std::string> key;          ///< PEM; absent: in the certificate's file
    std::optional<secret_reference> key_password;

    bool operator==(const kafka_tls_settings&) const = default;
};

/// What answers as a Kafka cluster. The limits of some are not those of Apache Kafka.
enum class kafka_profile { kafka, event_hubs };

}  // namespace config
