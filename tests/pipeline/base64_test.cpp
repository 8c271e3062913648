#include "pipeline/base64.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <cstring>
#include <random>
#include <vector>

using pipeline::append_base64;
using pipeline::base64_decoded_size;
using pipeline::decode_base64;

namespace {

std::string encoded(std::string_view text)
{
    std::string out;
    append_base64(out, std::as_bytes(std::span{text}));
    return out;
}

std::optional<std::string> decoded(std::string_view text)
{
    const auto size = base64_decoded_size(text);
    if (!size) return std::nullopt;
    std::string out(*size, '?');
    if (!decode_base64(text, std::as_writable_bytes(std::span{out}))) return std::nullopt;
    return out;
}

}  // namespace

TEST_CASE("the test vectors of RFC 4648 are encoded and decoded")
{
    const std::pair<std::string_view, std::string_view> vectors[] = {{"", ""},
                                                                     {"f", "Zg=="},
                                                                     {"fo", "Zm8="},
                                                                     {"foo", "Zm9v"},
                                                                     {"foob", "Zm9vYg=="},
                                                                     {"fooba", "Zm9vYmE="},
                                                                     {"foobar", "Zm9vYmFy"}};
    for (const auto& [plain, base64] : vectors) {
        CHECK(encoded(plain) == base64);
        CHECK(decoded(base64) == plain);
    }
}

TEST_CASE("base64 that is not canonical is refused")
{
    CHECK_FALSE(decoded("Zg"));        // no padding
    CHECK_FALSE(decoded("Zg="));       // half of it
    CHECK_FALSE(decoded("Zm9vZg"));    // length
    CHECK_FALSE(decoded("===="));      // nothing but padding
    CHECK_FALSE(decoded("Z==="));      // six bits are no byte
    CHECK_FALSE(decoded("Zg==Zg=="));  // something behind the padding
    CHECK_FALSE(decoded("Z=g="));
    CHECK_FALSE(decoded("Zh=="));   // four bits that stand for nothing
    CHECK_FALSE(decoded("Zm9="));   // two of them
    CHECK_FALSE(decoded("Zm9\n"));  // white space
    CHECK_FALSE(decoded("_-_-"));   // the URL-safe alphabet
    CHECK_FALSE(decoded("Zm\xC3\xA9"));
    CHECK_FALSE(decoded(std::string_view{"Zm9\0", 4}));
}

TEST_CASE("a wrong letter is found wherever it stands")
{
    const std::string good = encoded("twenty-four bytes of text");
    for (std::size_t i = 0; i < good.size(); ++i) {
        auto bad = good;
        bad[i] = '*';
        CAPTURE(i);
        CHECK_FALSE(decoded(bad));
    }
}

TEST_CASE("decoding wants room of the right size")
{
    std::vector<std::byte> small(2);
    CHECK_FALSE(decode_base64("Zm9v", small));
}

TEST_CASE("random bytes survive encoding and decoding")
{
    const auto seed = std::random_device{}();
    CAPTURE(seed);
    std::mt19937 random{seed};
    for (int round = 0; round < 500; ++round) {
        std::string bytes(random() % 100, '\0');
        for (auto& each : bytes) each = static_cast<char>(random());
        CHECK(decoded(encoded(bytes)) == bytes);
    }
}
