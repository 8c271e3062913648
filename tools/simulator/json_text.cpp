#include "tools/simulator/json_text.hpp"

#include <array>
#include <charconv>
#include <cstddef>

namespace simulator {
namespace {

void append_escape(std::string& out, char letter)
{
    constexpr std::string_view digits = "0123456789abcdef";
    switch (letter) {
        case '"': out += "\\\""; return;
        case '\\': out += "\\\\"; return;
        case '\n': out += "\\n"; return;
        case '\r': out += "\\r"; return;
        case '\t': out += "\\t"; return;
        default: break;
    }
    const auto code = static_cast<unsigned char>(letter);
    out += "\\u00";
    out += digits[code >> 4];
    out += digits[code & 15U];
}

/// How many bytes the character takes that begins `text`; 0 where it is not UTF-8 (RFC 3629 section 4).
std::size_t character_size(std::string_view text)
{
    const auto byte = [text](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    const auto first = byte(0);
    if (first < 0x80) return 1;
    const std::size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || text.size() < size) return 0;
    for (std::size_t at = 1; at < size; ++at)
        if (byte(at) < 0x80 || byte(at) > 0xBF) return 0;
    const bool overlong = (first == 0xE0 && byte(1) < 0xA0) || (first == 0xF0 && byte(1) < 0x90);
    const bool surrogate = first == 0xED && byte(1) > 0x9F;
    const bool beyond = first == 0xF4 && byte(1) > 0x8F;
    return overlong || surrogate || beyond ? 0 : size;
}

bool is_utf8(std::string_view text)
{
    while (!text.empty()) {
        const auto size = character_size(text);
        if (size == 0) return false;
        text.remove_prefix(size);
    }
    return true;
}

}  // namespace

void append_quoted_bytes(std::string& out, std::string_view bytes)
{
    if (is_utf8(bytes)) {
        append_quoted(out, bytes);
        return;
    }
    std::string text;
    for (const char each : bytes) {
        const auto code = static_cast<unsigned char>(each);
        if (code >= 0x80) {
            text += static_cast<char>(0xC0U | (code >> 6U));
            text += static_cast<char>(0x80U | (code & 0x3FU));
        } else {
            text += each;
        }
    }
    append_quoted(out, text);
}

void append_quoted(std::string& out, std::string_view text)
{
    out += '"';
    std::size_t written = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char letter = text[at];
        const bool plain = static_cast<unsigned char>(letter) >= 0x20 && letter != '"' && letter != '\\';
        if (plain) continue;
        out.append(text, written, at - written);
        append_escape(out, letter);
        written = at + 1;
    }
    out.append(text, written);
    out += '"';
}

void append_number(std::string& out, std::int64_t value)
{
    std::array<char, 20> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    out.append(digits.data(), end);
}

std::string in_quotes(std::string_view text)
{
    std::string out;
    append_quoted(out, text);
    return out;
}

}  // namespace simulator
