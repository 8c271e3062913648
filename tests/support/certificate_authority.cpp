#include "tests/support/certificate_authority.hpp"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <cstdint>
#include <stdexcept>
#include <string_view>

namespace tests {
namespace {

void must(bool succeeded)
{
    if (!succeeded) throw std::runtime_error{"OpenSSL cannot make a certificate"};
}

template <class Write>
std::string written(Write write)
{
    const std::unique_ptr<BIO, decltype([](BIO* memory) { BIO_free_all(memory); })> memory{
        BIO_new(BIO_s_mem())};
    must(memory && write(memory.get()) == 1);
    char* text = nullptr;
    const auto size = BIO_get_mem_data(memory.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

/// "kind=value;kind=value" in the words of openssl's configuration.
void add_extensions(X509* certificate, const X509* issuer, std::string_view list)
{
    X509V3_CTX context{};
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, const_cast<X509*>(issuer), certificate, nullptr, nullptr, 0);
    while (!list.empty()) {
        const auto end = std::min(list.find(';'), list.size());
        const std::string each{list.substr(0, end)};
        const auto equals = each.find('=');
        std::unique_ptr<X509_EXTENSION, decltype([](X509_EXTENSION* one) { X509_EXTENSION_free(one); })> made{
            X509V3_EXT_conf(nullptr, &context, each.substr(0, equals).c_str(),
                            each.substr(equals + 1).c_str())};
        must(made && X509_add_ext(certificate, made.get(), -1) == 1);
        list.remove_prefix(std::min(end + 1, list.size()));
    }
}

const std::string of_an_authority{
    "basicConstraints=critical,CA:TRUE;keyUsage=critical,keyCertSign;subjectKeyIdentifier=hash"};

}  // namespace

certificate_authority::certificate_authority(const std::string& name)
    : own_{make(name, of_an_authority, {-1, 3650}, nullptr)}
{}

certificate_authority::certificate_authority(const std::string& name, const certificate_authority& issuer)
    : own_{make(name, of_an_authority, {-1, 3650}, &issuer)}
{}

certificate_authority::~certificate_authority() = default;

std::string certificate_authority::certificate() const { return text_of(own_.certificate.get()); }

simulator::certificate_pair certificate_authority::issue(const std::string& host, validity days) const
{
    const bool is_address = host.find_first_not_of("0123456789.") == std::string::npos;
    const auto issued = make(
        "leaf",
        "basicConstraints=critical,CA:FALSE;subjectAltName=" + (is_address ? "IP:" + host : "DNS:" + host),
        days, this);
    auto key = written([&](BIO* into) {
        return PEM_write_bio_PrivateKey(into, issued.key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    });
    return {.key = std::move(key), .certificate = text_of(issued.certificate.get())};
}

certificate_authority::made certificate_authority::make(const std::string& name,
                                                        const std::string& extensions, validity days,
                                                        const certificate_authority* issuer)
{
    constexpr long day = 24L * 60 * 60;
    constexpr long x509_version_3 = 2;
    made result{key_handle{EVP_EC_gen("P-256")}, certificate_handle{X509_new()}};
    auto* const certificate = result.certificate.get();
    must(result.key && certificate != nullptr);
    must(X509_set_version(certificate, x509_version_3) == 1);
    std::uint32_t number = 0;
    must(RAND_bytes(reinterpret_cast<unsigned char*>(&number), sizeof number) == 1);
    must(ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), number) == 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), days.from * day);
    X509_gmtime_adj(X509_getm_notAfter(certificate), days.until * day);
    must(X509_set_pubkey(certificate, result.key.get()) == 1);
    must(X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0) == 1);
    const auto& signs = issuer != nullptr ? issuer->own_ : result;
    must(X509_set_issuer_name(certificate, X509_get_subject_name(signs.certificate.get())) == 1);
    add_extensions(certificate, signs.certificate.get(), extensions);
    must(X509_sign(certificate, signs.key.get(), EVP_sha256()) > 0);
    return result;
}

std::string certificate_authority::text_of(const X509* certificate)
{
    return written([certificate](BIO* into) { return PEM_write_bio_X509(into, certificate); });
}

}  // namespace tests
