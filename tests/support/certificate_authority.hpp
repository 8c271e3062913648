#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

#include "tools/simulator/certificate.hpp"
#include "worker/destroyed_by.hpp"

namespace tests {

/// Makes certificates with P-256 keys, as PEM texts, the good ones and those that have to be refused.
class certificate_authority {
public:
    /// A root of that name.
    explicit certificate_authority(const std::string& name);
    /// One below another.
    certificate_authority(const std::string& name, const certificate_authority& issuer);
    ~certificate_authority();

    /// Its own.
    [[nodiscard]] std::string certificate() const;

    /// Valid from and until so many days from now.
    struct validity {
        int from = -1;
        int until = 30;
    };
    /// For a host name or an IP address; serves as the certificate of a client too.
    [[nodiscard]] simulator::certificate_pair issue(const std::string& host, validity days = {-1, 30}) const;

private:
    using key_handle = std::unique_ptr<EVP_PKEY, worker::destroyed_by<EVP_PKEY_free>>;
    using certificate_handle = std::unique_ptr<X509, worker::destroyed_by<X509_free>>;
    struct made {
        key_handle key;
        certificate_handle certificate;
    };
    static made make(const std::string& name, const std::string& extensions, validity days,
                     const certificate_authority* issuer);
    static std::string text_of(const X509* certificate);

    made own_;
};

}  // namespace tests
