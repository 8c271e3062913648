#include "tools/simulator/json_text.hpp"

#include <array>
#include <charconv>

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

}  // namespace

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
