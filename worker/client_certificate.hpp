#pragma once

#include <openssl/types.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "config/secret.hpp"

namespace worker {

/// A private RSA key and its certificate, with which an application proves who it is.
class client_certificate {
public:
    /// Reads a PEM file that holds both, in any order, with or without further certificates, or a PKCS#12
    /// file. Throws std::runtime_error that names the file and says what is wrong with it.
    explicit client_certificate(const std::string& file, const std::optional<config::secret>& password = {});

    /// SHA-256 of the certificate (its DER form), as base64url without padding: `x5t#S256` of RFC 7515
    /// §4.1.8.
    [[nodiscard]] std::string thumbprint() const;

    /// The signature of `text` by PS256 (RSASSA-PSS with SHA-256 and as long a salt, RFC 7518 §3.5), as
    /// base64url without padding.
    [[nodiscard]] std::string signature_of(std::string_view text) const;

    struct freeing {
        void operator()(EVP_PKEY* key) const noexcept;
        void operator()(X509* certificate) const noexcept;
    };

private:
    std::unique_ptr<EVP_PKEY, freeing> key_;
    std::unique_ptr<X509, freeing> certificate_;
};

}  // namespace worker
