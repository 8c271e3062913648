#include "pipeline/text_cut.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <string>

#include "pipeline/token_estimate.hpp"

namespace pipeline {
namespace {

constexpr std::size_t longest_cluster = 64;

/// A character as it is written in a JSON string.
struct letter {
    char32_t code = 0;
    std::size_t json_bytes = 0;
    std::size_t text_bytes = 0;
};

std::size_t utf8_length(char32_t code)
{
    if (code < 0x80) return 1;
    if (code < 0x800) return 2;
    return code < 0x10000 ? 3 : 4;
}

char32_t hexadecimal(std::string_view digits)
{
    unsigned value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    return value;
}

letter escaped_letter(std::string_view rest)
{
    constexpr std::size_t unicode_escape = 6;  // \uXXXX
    if (rest[1] != 'u') {
        const auto code = rest[1] == 'r' ? U'\r' : rest[1] == 'n' ? U'\n' : U' ';
        return {code, 2, 1};
    }
    const auto code = hexadecimal(rest.substr(2, 4));
    const bool is_half = code >= 0xD800 && code < 0xDC00;
    if (!is_half) return {code, unicode_escape, utf8_length(code)};
    const auto low = hexadecimal(rest.substr(unicode_escape + 2, 4));
    return {0x10000 + ((code - 0xD800) << 10u) + (low - 0xDC00), 2 * unicode_escape, 4};
}

letter first_letter(std::string_view rest)
{
    const auto lead = static_cast<unsigned char>(rest.front());
    if (lead == '\\') return escaped_letter(rest);
    if (lead < 0x80) return {lead, 1, 1};
    const std::size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    char32_t code = lead & (0xFFu >> (length + 1));
    for (std::size_t i = 1; i < length; ++i)
        code = (code << 6u) | (static_cast<unsigned char>(rest[i]) & 0x3Fu);
    return {code, length, length};
}

/// A mark that belongs to the character before it. Not all that Unicode has: those of the scripts in which
/// most texts are written, and of emoji.
bool extends(char32_t code)
{
    struct range {
        char32_t first;
        char32_t last;
    };
    constexpr std::array<range, 11> marks{{{0x0300, 0x036F},
                                           {0x0483, 0x0489},
                                           {0x0591, 0x05BD},
                                           {0x064B, 0x065F},
                                           {0x093A, 0x094D},
                                           {0x0E31, 0x0E3A},
                                           {0x200D, 0x200D},
                                           {0x20D0, 0x20FF},
                                           {0x3099, 0x309A},
                                           {0xFE00, 0xFE0F},
                                           {0x1F3FB, 0x1F3FF}}};
    return std::any_of(marks.begin(), marks.end(),
                       [code](const range& each) { return each.first <= code && code <= each.last; });
}

bool hang_together(char32_t before, char32_t after)
{
    constexpr char32_t zero_width_joiner = 0x200D;
    return extends(after) || before == zero_width_joiner || (before == U'\r' && after == U'\n');
}

std::optional<piece> with_fewer_tokens(const piece& whole, std::size_t tokens)
{
    if (tokens == 0 || tokens * bytes_per_token >= whole.text_bytes) return std::nullopt;
    const auto json = whole.json.view();
    std::size_t end = 0;
    for (std::size_t taken = 0; taken < tokens; ++taken) end = json.find_first_of(",]", end + 1);
    return piece{json_slice{std::string{json.substr(0, end)} + ']'}, tokens * bytes_per_token};
}

}  // namespace

json_prefix json_string_prefix(std::string_view inside, std::size_t limit)
{
    json_prefix here;
    json_prefix good;  // where nothing that hangs together would be torn
    for (char32_t before = 0; here.json_bytes < inside.size();) {
        const auto next = first_letter(inside.substr(here.json_bytes));
        if (!hang_together(before, next.code)) good = here;
        if (here.text_bytes + next.text_bytes > limit)
            return here.text_bytes - good.text_bytes > longest_cluster ? here : good;
        here.json_bytes += next.json_bytes;
        here.text_bytes += next.text_bytes;
        before = next.code;
    }
    return here;
}

std::optional<piece> shortened(const piece& whole, piece_form form, std::size_t text_bytes)
{
    if (form == piece_form::tokens) return with_fewer_tokens(whole, text_bytes / bytes_per_token);
    if (whole.text_bytes <= text_bytes) return std::nullopt;
    const auto range = whole.may_be_cut;
    const auto json = whole.json.view();
    const auto inside = json.substr(range.begin, range.size());
    const auto all = json_string_prefix(inside, std::numeric_limits<std::size_t>::max()).text_bytes;
    const auto too_many = whole.text_bytes - text_bytes;
    if (all <= too_many) return std::nullopt;
    const auto kept = json_string_prefix(inside, all - too_many);
    if (kept.text_bytes == 0) return std::nullopt;

    std::string less{json.substr(0, range.begin + kept.json_bytes)};
    less += json.substr(range.end);
    piece made{json_slice{std::move(less)}, whole.text_bytes - (all - kept.text_bytes)};
    made.may_be_cut = {range.begin, range.begin + kept.json_bytes};
    made.has_media = whole.has_media;
    return made;
}

bool can_be_cut(const piece& whole, piece_form form)
{
    return form == piece_form::tokens || whole.may_be_cut.size() > 0;
}

}  // namespace pipeline
