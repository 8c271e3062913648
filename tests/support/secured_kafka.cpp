#include "tests/support/secured_kafka.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <span>
#include <stdexcept>

#include "worker/base64url.hpp"

namespace tests {
namespace {

struct freeing {
    void operator()(std::FILE* file) const { std::fclose(file); }
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

std::string encoded(std::string_view text) { return worker::base64url(std::as_bytes(std::span{text})); }

/// RS256 (RFC 7518 section 3.3).
std::string signature_of(std::string_view text, const std::string& key_file)
{
    const std::unique_ptr<std::FILE, freeing> file{std::fopen(key_file.c_str(), "r")};
    if (!file) throw std::runtime_error{key_file + " cannot be read"};
    const std::unique_ptr<EVP_PKEY, freeing> key{PEM_read_PrivateKey(file.get(), nullptr, nullptr, nullptr)};
    const std::unique_ptr<EVP_MD_CTX, freeing> context{EVP_MD_CTX_new()};
    std::string signature(1024, '\0');
    std::size_t size = signature.size();
    auto* const into = reinterpret_cast<unsigned char*>(signature.data());
    const auto* const from = reinterpret_cast<const unsigned char*>(text.data());
    const bool is_signed =
        key && EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1 &&
        EVP_DigestSign(context.get(), into, &size, from, text.size()) == 1;
    if (!is_signed) throw std::runtime_error{"nothing can be signed with " + key_file};
    signature.resize(size);
    return encoded(signature);
}

}  // namespace

secured_kafka secured_kafka::from_environment()
{
    const char* const folder = std::getenv("BATCHMILL_TEST_SECURITY");
    if (folder == nullptr || *folder == '\0')
        throw std::runtime_error{
            "BATCHMILL_TEST_SECURITY is not set. These tests need a Kafka with secured listeners: "
            "tools/kafka up --secure; export BATCHMILL_TEST_SECURITY=$(tools/kafka security)"};
    return secured_kafka{folder};
}

std::string secured_kafka::content_of(std::string_view file) const
{
    std::ifstream in{path_of(file), std::ios::binary};
    if (!in) throw std::runtime_error{path_of(file) + " cannot be read"};
    return {std::istreambuf_iterator<char>{in}, {}};
}

std::string secured_kafka::token(std::chrono::seconds lasts) const
{
    const auto now =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
            .count();
    const auto claims = R"({"iss":"batchmill-test","aud":"kafka","sub":"mill","scope":"kafka","iat":)" +
                        std::to_string(now - 1) + R"(,"exp":)" + std::to_string(now + lasts.count()) + "}";
    const auto text = encoded(R"({"alg":"RS256","kid":"test"})") + '.' + encoded(claims);
    return text + '.' + signature_of(text, path_of("issuer.key"));
}

std::vector<script> issuing(const secured_kafka& kafka, std::chrono::seconds lasts,
                            std::chrono::seconds claimed)
{
    constexpr std::size_t plenty = 100;
    const auto answer = [kafka, lasts, claimed](peer& client) {
        client.read_request();
        client.send(http_text("200 OK", "Content-Type: application/json\r\n",
                              R"({"token_type":"Bearer","expires_in":)" + std::to_string(claimed.count()) +
                                  R"(,"access_token":")" + kafka.token(lasts) + "\"}"));
    };
    return std::vector<script>(plenty, answer);
}

}  // namespace tests
