#include "tools/simulator/certificate.hpp"

#include <boost/asio/ip/address.hpp>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <cstdint>
#include <memory>
#include <stdexcept>

namespace simulator {
namespace {

template <auto Free>
struct freer {
    template <class T>
    void operator()(T* handle) const noexcept
    {
        Free(handle);
    }
};

using key_handle = std::unique_ptr<EVP_PKEY, freer<EVP_PKEY_free>>;
using certificate_handle = std::unique_ptr<X509, freer<X509_free>>;
using extension_handle = std::unique_ptr<X509_EXTENSION, freer<X509_EXTENSION_free>>;
using bio_handle = std::unique_ptr<BIO, freer<BIO_free_all>>;

void must(bool succeeded)
{
    if (!succeeded) throw std::runtime_error{"OpenSSL cannot make a certificate"};
}

void add_extension(X509* certificate, int kind, const std::string& value)
{
    X509V3_CTX context{};
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    const extension_handle extension{X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str())};
    must(extension && X509_add_ext(certificate, extension.get(), -1) == 1);
}

std::string alternative_name(const std::string& host)
{
    boost::system::error_code not_an_address;
    boost::asio::ip::make_address(host, not_an_address);
    return (not_an_address ? "DNS:" : "IP:") + host;
}

std::string text_of(BIO* memory)
{
    char* start = nullptr;
    const auto length = BIO_get_mem_data(memory, &start);
    return {start, static_cast<std::size_t>(length)};
}

void name(X509* certificate, const std::string& host)
{
    // Not the host: X.509 bounds this field at 64 letters, and verifiers look at the alternative name.
    static constexpr unsigned char common_name[] = "batchmill simulator";
    auto* subject = X509_get_subject_name(certificate);
    must(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, common_name, -1, -1, 0) == 1);
    must(X509_set_issuer_name(certificate, subject) == 1);
    add_extension(certificate, NID_subject_alt_name, alternative_name(host));
}

void set_serial_number(X509* certificate)
{
    // Clients keep certificates by issuer and number; two of ours must not be taken for the same.
    std::uint32_t number = 0;
    must(RAND_bytes(reinterpret_cast<unsigned char*>(&number), sizeof number) == 1);
    must(ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), number) == 1);
}

}  // namespace

certificate_pair self_signed_certificate(const std::string& host)
{
    constexpr long day = 24L * 60 * 60;
    constexpr long x509_version_3 = 2;

    const key_handle key{EVP_EC_gen("P-256")};
    const certificate_handle certificate{X509_new()};
    must(key && certificate);
    must(X509_set_version(certificate.get(), x509_version_3) == 1);
    set_serial_number(certificate.get());
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -day);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3650 * day);
    must(X509_set_pubkey(certificate.get(), key.get()) == 1);
    name(certificate.get(), host);
    add_extension(certificate.get(), NID_basic_constraints, "critical,CA:TRUE");
    add_extension(certificate.get(), NID_subject_key_identifier, "hash");
    must(X509_sign(certificate.get(), key.get(), EVP_sha256()) > 0);

    const bio_handle key_text{BIO_new(BIO_s_mem())};
    const bio_handle certificate_text{BIO_new(BIO_s_mem())};
    must(key_text && certificate_text);
    must(PEM_write_bio_PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
    must(PEM_write_bio_X509(certificate_text.get(), certificate.get()) == 1);
    return {.key = text_of(key_text.get()), .certificate = text_of(certificate_text.get())};
}

}  // namespace simulator
