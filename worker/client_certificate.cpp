#include "worker/client_certificate.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <array>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

#include "worker/base64url.hpp"
#include "worker/destroyed_by.hpp"
#include "worker/pem_password.hpp"

namespace worker {
namespace {

using file_bytes = std::unique_ptr<BIO, destroyed_by<BIO_free_all>>;
using pkcs12 = std::unique_ptr<PKCS12, destroyed_by<PKCS12_free>>;
using digest_context = std::unique_ptr<EVP_MD_CTX, destroyed_by<EVP_MD_CTX_free>>;

[[noreturn]] void throw_about(const std::string& file, std::string_view what)
{
    ERR_clear_error();
    throw std::runtime_error{"the certificate " + file + ' ' + std::string{what}};
}

file_bytes open(const std::string& file)
{
    file_bytes opened{BIO_new_file(file.c_str(), "rb")};
    if (!opened) throw_about(file, "cannot be opened");
    return opened;
}

[[noreturn]] void throw_cannot_sign() { throw std::runtime_error{"OpenSSL cannot sign by PS256"}; }

struct parts {
    std::unique_ptr<EVP_PKEY, client_certificate::freeing> key;
    std::unique_ptr<X509, client_certificate::freeing> certificate;
};

parts read_pkcs12(PKCS12* from, const std::string& file, const char* password)
{
    EVP_PKEY* key = nullptr;
    X509* certificate = nullptr;
    if (PKCS12_parse(from, password, &key, &certificate, nullptr) != 1)
        throw_about(file, password == nullptr ? "is encrypted: certificate_password has to say how"
                                              : "does not open with certificate_password");
    parts read{decltype(parts::key){key}, decltype(parts::certificate){certificate}};
    if (!read.key || !read.certificate)
        throw_about(file, "does not hold both a private key and its certificate");
    return read;
}

parts read_pem(const std::string& file, char* password)
{
    parts read;
    const auto keys = open(file);
    read.key.reset(PEM_read_bio_PrivateKey(keys.get(), nullptr, give_pem_password, password));
    if (!read.key)
        throw_about(file,
                    "holds no private key that can be read, as PEM or PKCS#12; is certificate_password "
                    "needed, or another one?");
    const auto certificates = open(file);
    // The whole chain may be there: ours is the one that belongs to the key.
    for (;;) {
        read.certificate.reset(PEM_read_bio_X509(certificates.get(), nullptr, give_pem_password, nullptr));
        if (!read.certificate) throw_about(file, "does not hold the certificate of its private key");
        if (X509_check_private_key(read.certificate.get(), read.key.get()) == 1) return read;
    }
}

}  // namespace

void client_certificate::freeing::operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }

void client_certificate::freeing::operator()(X509* certificate) const noexcept { X509_free(certificate); }

client_certificate::client_certificate(const std::string& file, const std::optional<config::secret>& password)
{
    // OpenSSL wants a zero at the end, as reveal() has it, and a pointer that it only reads by.
    auto* const phrase = password ? const_cast<char*>(password->reveal().data()) : nullptr;
    const auto bytes = open(file);
    const pkcs12 container{d2i_PKCS12_bio(bytes.get(), nullptr)};
    auto read = container ? read_pkcs12(container.get(), file, phrase) : read_pem(file, phrase);
    ERR_clear_error();
    if (EVP_PKEY_get_base_id(read.key.get()) != EVP_PKEY_RSA)
        throw_about(file, "has a key that is not RSA, which is all that Entra ID takes");
    key_ = std::move(read.key);
    certificate_ = std::move(read.certificate);
}

std::string client_certificate::thumbprint() const
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    if (X509_digest(certificate_.get(), EVP_sha256(), digest.data(), &size) != 1) throw_cannot_sign();
    return base64url(std::as_bytes(std::span{digest}.first(size)));
}

std::string client_certificate::signature_of(std::string_view text) const
{
    const digest_context context{EVP_MD_CTX_new()};
    EVP_PKEY_CTX* padding = nullptr;
    const auto* const bytes = reinterpret_cast<const unsigned char*>(text.data());
    std::size_t size = 0;
    if (!context || EVP_DigestSignInit(context.get(), &padding, EVP_sha256(), nullptr, key_.get()) != 1 ||
        EVP_PKEY_CTX_set_rsa_padding(padding, RSA_PKCS1_PSS_PADDING) != 1 ||
        EVP_PKEY_CTX_set_rsa_pss_saltlen(padding, RSA_PSS_SALTLEN_DIGEST) != 1 ||
        EVP_DigestSign(context.get(), nullptr, &size, bytes, text.size()) != 1)
        throw_cannot_sign();
    std::vector<unsigned char> signature(size);
    if (EVP_DigestSign(context.get(), signature.data(), &size, bytes, text.size()) != 1) throw_cannot_sign();
    return base64url(std::as_bytes(std::span{signature}.first(size)));
}

}  // namespace worker
