#pragma once

#include <string>

namespace simulator {

/// A private key and its certificate, both as PEM texts.
struct certificate_pair {
    std::string key;
    std::string certificate;
};

/// A new P-256 key and a certificate of its own signature for a host name or an IP address (in the
/// subject alternative name), valid from a day ago for ten years. The certificate serves as its own CA
/// file. Throws std::runtime_error where OpenSSL cannot make it.
[[nodiscard]] certificate_pair self_signed_certificate(const std::string& host);

}  // namespace simulator
