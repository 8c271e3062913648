#pragma once

#include <boost/asio/ssl/context.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "worker/file_stamp.hpp"
#include "worker/tls_sessions.hpp"

namespace worker {

/// What every TLS connection to one server shares: TLS 1.2 or newer, certificates that must lead to an
/// authority that we trust, and where the server asks for it a certificate of our own. There is no way to
/// switch verification off; connections add the name of their host to it.
///
/// Its files are read again when they have changed, for connections from then on. Where that fails, what was
/// read before stays in force and trouble() says why.
///
/// Lives on the loop's thread and outlives its connections.
class tls_context {
public:
    /// Trusts the authorities in the PEM bundle `ca_file` and no others; without it those of the system
    /// (OpenSSL's default paths, which SSL_CERT_FILE and SSL_CERT_DIR move). Throws std::runtime_error
    /// that names the file where one cannot be used.
    explicit tls_context(std::optional<std::string> ca_file,
                         std::optional<config::tls_identity_settings> identity = {});
    ~tls_context();
    tls_context(const tls_context&) = delete;
    tls_context& operator=(const tls_context&) = delete;

    /// For one new connection: looks at the files, and reads what has changed.
    [[nodiscard]] boost::asio::ssl::context& native();
    /// Of earlier connections to that server.
    [[nodiscard]] tls_sessions& sessions() { return sessions_; }
    /// Why files that have changed are not used; empty where they are.
    [[nodiscard]] const std::string& trouble() const { return trouble_; }

private:
    [[nodiscard]] std::vector<file_stamp> look() const;
    [[nodiscard]] std::unique_ptr<boost::asio::ssl::context> read() const;

    std::optional<std::string> ca_file_;
    std::optional<config::tls_identity_settings> identity_;
    std::vector<file_stamp> stamps_;
    std::string trouble_;
    tls_sessions sessions_;
    std::unique_ptr<boost::asio::ssl::context> context_;
};

}  // namespace worker
