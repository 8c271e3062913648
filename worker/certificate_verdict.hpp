#pragma once

#include <openssl/ssl.h>

#include <optional>
#include <string>

namespace worker {

/// What was found wrong with the certificates that a server has shown: the first thing.
struct certificate_verdict {
    int error;            ///< X509_V_ERR_…
    std::string subject;  ///< of the certificate concerned, as its owner writes it
    std::string issuer;   ///< whoever has signed it
    std::string names;    ///< hosts that it is for, of a server's own
    std::string not_before;
    std::string not_after;
};

/// Lets a connection write down what is wrong when it verifies; verification itself is left as it is. `into`
/// must outlive the handshake.
void watch_verification(SSL* connection, std::optional<certificate_verdict>& into);

/// For operators: which certificate is wrong in which way, and what to change. `host` is the one that was
/// asked for.
[[nodiscard]] std::string explain(const certificate_verdict& what, const std::string& host);

/// The same for everything else that can go wrong in TLS: `error` is one of OpenSSL's. Empty where the
/// error's own words say enough.
[[nodiscard]] std::string explain_tls_error(int error);

}  // namespace worker
