#pragma once

#include <boost/asio/ssl/context.hpp>

#include <optional>
#include <string>

namespace worker {

/// What every TLS connection to one service shares: TLS 1.2 or newer, and certificates that must lead to
/// an authority that we trust. There is no way to switch verification off; connections add the name of
/// their host to it.
class tls_context {
public:
    /// Trusts the authorities in the PEM bundle `ca_file` and no others; without it those of the system
    /// (OpenSSL's default paths, which SSL_CERT_FILE and SSL_CERT_DIR move). Throws std::runtime_error
    /// that names the file where it cannot be used.
    explicit tls_context(const std::optional<std::string>& ca_file);

    [[nodiscard]] boost::asio::ssl::context& native() { return context_; }

private:
    boost::asio::ssl::context context_;
};

}  // namespace worker
