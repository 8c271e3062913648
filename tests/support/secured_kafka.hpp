#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/scripted_server.hpp"

namespace tests {

/// The secured listeners of a real Kafka, as `tools/kafka up --secure` has made them: addresses,
/// certificates, a password, and an issuer of tokens (tools/kafka.d/security.sh).
class secured_kafka {
public:
    /// The one that BATCHMILL_TEST_SECURITY names; throws std::runtime_error where it names none.
    [[nodiscard]] static secured_kafka from_environment();

    /// Listens for SASL over TLS.
    [[nodiscard]] std::string sasl() const { return content_of("sasl"); }
    /// Listens for TLS with a certificate of the client.
    [[nodiscard]] std::string mutual() const { return content_of("mutual"); }
    [[nodiscard]] std::string path_of(std::string_view file) const
    {
        return folder_ + '/' + std::string{file};
    }
    [[nodiscard]] std::string content_of(std::string_view file) const;

    /// A token that the brokers take until so long after now; a time that is over makes one that has expired.
    [[nodiscard]] std::string token(std::chrono::seconds lasts) const;

private:
    explicit secured_kafka(std::string folder) : folder_{std::move(folder)} {}

    std::string folder_;
};

/// An issuer that answers every request with a fresh token of such a life, and says that it has `claimed`.
[[nodiscard]] std::vector<script> issuing(const secured_kafka& kafka, std::chrono::seconds lasts,
                                          std::chrono::seconds claimed);

}  // namespace tests
