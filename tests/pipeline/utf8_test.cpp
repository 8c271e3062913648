#include "pipeline/utf8.hpp"

#include <doctest/doctest.h>

#include <string>

using pipeline::first_invalid_utf8;
using pipeline::is_blank;
using pipeline::utf8_prefix;

TEST_CASE(
    "the printable prefix ends before the first control character or byte above ASCII, and not long before")
{
    for (std::size_t length = 0; length <= 100; ++length) {
        std::string text(length, ' ');
        for (std::size_t i = 0; i < length; ++i) text[i] = static_cast<char>(0x20 + i % 0x60);
        CHECK(pipeline::printable_prefix(text) == length);
        for (std::size_t place = 0; place < length; ++place) {
            for (const char other : {'\0', '\n', '\x1F', '\x80', '\xC3', '\xFF'}) {
                auto spoilt = text;
                spoilt[place] = other;
                const auto prefix = pipeline::printable_prefix(spoilt);
                CHECK(prefix <= place);
                CHECK(prefix + 32 > place);
            }
        }
    }
}

TEST_CASE("control characters are found wherever they stand, and nothing else is")
{
    std::string every;
    for (int each = 0x20; each < 0x100; ++each) every += static_cast<char>(each);
    CHECK(!pipeline::first_control(every));
    CHECK(!pipeline::first_control(""));
    for (std::size_t place = 0; place < 24; ++place) {
        for (char each = 0; each < 0x20; ++each) {
            std::string text(24, '\x80');
            text[place] = each;
            if (place + 3 < text.size()) text[place + 3] = '\n';
            CHECK(pipeline::first_control(text) == place);
        }
    }
}

TEST_CASE("well-formed UTF-8 of every length is accepted")
{
    CHECK_FALSE(first_invalid_utf8(""));
    CHECK_FALSE(first_invalid_utf8("plain text, longer than one machine word"));
    CHECK_FALSE(first_invalid_utf8("h\xC3\xB6r \xE2\x82\xAC \xF0\x9F\x98\x80"));
    CHECK_FALSE(first_invalid_utf8(
        "\xC2\x80\xDF\xBF\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80\xF0\x90\x80\x80\xF4\x8F\xBF\xBF"));
}

TEST_CASE("the offset of the first byte that is not UTF-8 is told")
{
    const std::pair<std::string, std::size_t> cases[] = {
        {"\x80", 0},                  // a continuation without a beginning
        {"12345678\xFF", 8},          // behind a whole word of ASCII
        {"ab\xC3", 2},                // cut off
        {"ab\xE2\x82", 2},            // cut off later
        {"a\xC3(", 1},                // not continued
        {"\xC0\xAF", 0},              // overlong, two bytes
        {"\xE0\x80\xAF", 0},          // overlong, three
        {"\xF0\x80\x80\xAF", 0},      // overlong, four
        {"x\xED\xA0\x80", 1},         // a surrogate
        {"\xF4\x90\x80\x80", 0},      // above U+10FFFF
        {"\xF8\x88\x80\x80\x80", 0},  // five bytes
    };
    for (const auto& [text, offset] : cases) {
        CAPTURE(offset);
        CHECK(first_invalid_utf8(text) == offset);
    }
}

TEST_CASE("white space of all kinds is blank, anything else is not")
{
    CHECK(is_blank(""));
    CHECK(is_blank(" \t\r\n\v\f"));
    CHECK(is_blank("\xC2\xA0\xE2\x80\x83\xE3\x80\x80"));  // no-break, em and ideographic space
    CHECK_FALSE(is_blank("  ."));
    CHECK_FALSE(is_blank("\xE2\x80\x8B"));  // the zero width space is no white space to Unicode
}

TEST_CASE("a prefix cuts no character in two")
{
    CHECK(utf8_prefix("abc", 3) == "abc");
    CHECK(utf8_prefix("abc", 2) == "ab");
    CHECK(utf8_prefix("a\xE2\x82\xAC", 3) == "a");
    CHECK(utf8_prefix("\xE2\x82\xAC", 0).empty());
}
