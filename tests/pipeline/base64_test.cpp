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

TEST_CASE("texts of every length are the same whether they are coded in blocks or letter by letter")
{
    // Three bytes at a time never fill a block.
    std::mt19937 random{20261122};
    std::string plain;
    std::string by_letter;
    for (int i = 0; i < 100; ++i) {
        std::string three(3, ' ');
        for (auto& each : three) each = static_cast<char>(random());
        plain += three;
        by_letter += encoded(three);
        CHECK(encoded(plain) == by_letter);
        CHECK(decoded(by_letter) == plain);
    }
    for (std::size_t length = 0; length < plain.size(); ++length)
        CHECK(decoded(encoded(plain.substr(0, length))) == plain.substr(0, length));
}

TEST_CASE("of all bytes a block of either width takes exactly the letters, in each of its places")
{
    const std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (std::size_t place = 0; place < 64; ++place) {
        for (int byte = 0; byte < 256; ++byte) {
            std::string text(68, 'A');
            text[place] = static_cast<char>(byte);
            const bool is_letter = letters.find(text[place]) != letters.npos;
            CAPTURE(place);
            CAPTURE(byte);
            CHECK(decoded(text).has_value() == is_letter);
        }
    }
}
