#include "worker/client_assertion.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "pipeline/base64.hpp"
#include "tests/support/openssl_command.hpp"
#include "tests/support/scratch_folder.hpp"

using namespace std::chrono_literals;
using namespace tests;

namespace {

std::string decoded(std::string segment)
{
    std::ranges::replace(segment, '-', '+');
    std::ranges::replace(segment, '_', '/');
    segment.append((4 - segment.size() % 4) % 4, '=');
    std::string bytes(pipeline::base64_decoded_size(segment).value(), '\0');
    REQUIRE(pipeline::decode_base64(segment, std::as_writable_bytes(std::span{bytes})));
    return bytes;
}

/// The fingerprint of cert.pem as openssl prints it, in lower case and without colons.
std::string fingerprint(const scratch_folder& folder)
{
    auto text =
        openssl(folder, {"x509", "-in", folder.path_of("cert.pem"), "-noout", "-fingerprint", "-sha256"})
            .output;
    text = text.substr(text.find('=') + 1, 95);
    std::erase(text, ':');
    std::ranges::transform(text, text.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

std::string hex(std::string_view bytes)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        text += {digits[byte >> 4], digits[byte & 15]};
    }
    return text;
}

/// The three segments of an assertion that is made with the file.
std::vector<std::string> assertion_by(const std::string& file,
                                      const std::optional<config::secret>& password = {})
{
    const worker::client_certificate certificate{file, password};
    const worker::assertion_claims claims{.audience = "https://login.example/t/oauth2/v2.0/token",
                                          .client_id = "app \"1\"",
                                          .id = "id-1",
                                          .now = std::chrono::sys_seconds{1'700'000'000s}};
    const auto assertion = worker::write_assertion(claims, certificate);
    const auto text = std::string{assertion.reveal()};
    const auto first = text.find('.');
    const auto second = text.find('.', first + 1);
    REQUIRE(second != text.npos);
    return {text.substr(0, first), text.substr(first + 1, second - first - 1), text.substr(second + 1)};
}

bool openssl_verifies(const scratch_folder& folder, const std::vector<std::string>& segments)
{
    const auto key = openssl(folder, {"x509", "-in", folder.path_of("cert.pem"), "-noout", "-pubkey"}).output;
    folder.put("public.pem", key);
    folder.put("signed", segments[0] + '.' + segments[1]);
    folder.put("signature", decoded(segments[2]));
    return openssl(folder, {"dgst", "-sha256", "-verify", folder.path_of("public.pem"), "-signature",
                            folder.path_of("signature"), "-sigopt", "rsa_padding_mode:pss", "-sigopt",
                            "rsa_pss_saltlen:32", folder.path_of("signed")})
               .exit_code == 0;
}

std::string complaint_about(const std::string& file, std::optional<std::string> password = {})
{
    try {
        std::optional<config::secret> phrase;
        if (password) phrase.emplace(*password);
        const worker::client_certificate certificate{file, phrase};
    } catch (const std::runtime_error& why) {
        return why.what();
    }
    return "none";
}

}  // namespace

TEST_CASE("an assertion says who, to whom and for how long, and openssl verifies its signature")
{
    const scratch_folder folder;
    make_certificate(folder);
    const auto file = folder.put("both.pem", folder.content_of("cert.pem") + folder.content_of("key.pem"));
    auto segments = assertion_by(file);

    CHECK(
        decoded(segments[1]) ==
        R"({"aud":"https://login.example/t/oauth2/v2.0/token","iss":"app \"1\"","sub":"app \"1\"","jti":"id-1",)"
        R"("nbf":1700000000,"exp":1700000600})");
    const auto header = decoded(segments[0]);
    constexpr std::string_view before = R"({"alg":"PS256","typ":"JWT","x5t#S256":")";
    REQUIRE(header.starts_with(before));
    CHECK(hex(decoded(header.substr(before.size(), header.size() - before.size() - 2))) ==
          fingerprint(folder));

    CHECK(openssl_verifies(folder, segments));
    segments[1][3] = segments[1][3] == 'A' ? 'B' : 'A';
    CHECK_FALSE(openssl_verifies(folder, segments));
}

TEST_CASE(
    "the certificate of the key is found among others, in PEM and in PKCS#12 with and without a password")
{
    const scratch_folder folder;
    const scratch_folder other;
    make_certificate(folder);
    make_certificate(other);
    const auto key = folder.path_of("key.pem");
    const auto certificate = folder.path_of("cert.pem");

    const auto chain = folder.put("chain.pem", folder.content_of("key.pem") + other.content_of("cert.pem") +
                                                   folder.content_of("cert.pem"));
    CHECK(openssl_verifies(folder, assertion_by(chain)));

    for (const std::string password : {"", "pass word"}) {
        CAPTURE(password);
        REQUIRE(openssl(folder, {"pkcs12", "-export", "-inkey", key, "-in", certificate, "-out",
                                 folder.path_of("both.pfx"), "-passout", "pass:" + password})
                    .exit_code == 0);
        std::optional<config::secret> phrase;
        if (!password.empty()) phrase.emplace(password);
        CHECK(openssl_verifies(folder, assertion_by(folder.path_of("both.pfx"), phrase)));
    }

    REQUIRE(openssl(folder, {"rsa", "-aes256", "-in", key, "-out", folder.path_of("locked.pem"), "-passout",
                             "pass:pass word"})
                .exit_code == 0);
    const auto locked =
        folder.put("both-locked.pem", folder.content_of("locked.pem") + folder.content_of("cert.pem"));
    CHECK(openssl_verifies(folder, assertion_by(locked, config::secret{"pass word"})));
    CHECK(complaint_about(locked).find("certificate_password") != std::string::npos);
    CHECK(complaint_about(locked, "wr0ng").find("wr0ng") == std::string::npos);
    CHECK(complaint_about(folder.path_of("both.pfx"), "wr0ng").find("certificate_password") !=
          std::string::npos);
    CHECK(complaint_about(folder.path_of("both.pfx")).find("certificate_password") != std::string::npos);
}

TEST_CASE("a certificate file that will not do is named, with what is wrong")
{
    const scratch_folder folder;
    make_certificate(folder);
    CHECK(complaint_about("/nowhere/cert.pem") == "the certificate /nowhere/cert.pem cannot be opened");
    CHECK(complaint_about(folder.path_of("cert.pem")).find("holds no private key") != std::string::npos);
    CHECK(complaint_about(folder.path_of("key.pem")).find("does not hold the certificate") !=
          std::string::npos);
    CHECK(complaint_about(folder.put("garbage", "garbage")).find("holds no private key") !=
          std::string::npos);

    const scratch_folder curve;
    make_certificate(curve, "ec");
    const auto both = curve.put("both.pem", curve.content_of("key.pem") + curve.content_of("cert.pem"));
    CHECK(complaint_about(both).find("not RSA") != std::string::npos);
}
