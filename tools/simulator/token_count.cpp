#include "tools/simulator/token_count.hpp"

#include <array>
#include <cstdint>

namespace simulator {
namespace {

enum class letter_kind : std::uint8_t { letter, digit, space, mark, foreign_start, foreign_rest };

constexpr auto kinds = [] {
    std::array<letter_kind, 256> table{};
    for (unsigned code = 0; code < table.size(); ++code) {
        const bool letter = (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z');
        if (code >= 0xC0) {
            table[code] = letter_kind::foreign_start;
        } else if (code >= 0x80) {
            table[code] = letter_kind::foreign_rest;
        } else if (letter) {
            table[code] = letter_kind::letter;
        } else if (code >= '0' && code <= '9') {
            table[code] = letter_kind::digit;
        } else {
            table[code] = code <= ' ' ? letter_kind::space : letter_kind::mark;
        }
    }
    return table;
}();

letter_kind kind_at(std::string_view text, std::size_t at)
{
    return kinds[static_cast<unsigned char>(text[at])];
}

/// Behind the run of `kind` that starts at `at`, at most `limit` letters on.
std::size_t run_end(std::string_view text, std::size_t at, letter_kind kind, std::size_t limit)
{
    const auto last = limit < text.size() - at ? at + limit : text.size();
    while (at < last && kind_at(text, at) == kind) ++at;
    return at;
}

/// Behind the token that starts at `at`, which must be inside the text.
std::size_t token_end(std::string_view text, std::size_t at)
{
    constexpr std::size_t letters_a_token = 6;
    constexpr std::size_t digits_a_token = 3;
    constexpr std::size_t bytes_a_character = 4;

    if (text[at] == ' ' && at + 1 < text.size() && kind_at(text, at + 1) != letter_kind::space) ++at;
    switch (kind_at(text, at)) {
        case letter_kind::letter: return run_end(text, at, letter_kind::letter, letters_a_token);
        case letter_kind::digit: return run_end(text, at, letter_kind::digit, digits_a_token);
        case letter_kind::space: return run_end(text, at, letter_kind::space, text.size());
        case letter_kind::mark: return at + 1;
        case letter_kind::foreign_start:
        case letter_kind::foreign_rest:
            return run_end(text, at + 1, letter_kind::foreign_rest, bytes_a_character - 1);
    }
    return at + 1;
}

}  // namespace

std::size_t count_tokens(std::string_view text)
{
    std::size_t tokens = 0;
    for (std::size_t at = 0; at < text.size(); at = token_end(text, at)) ++tokens;
    return tokens;
}

std::string_view first_tokens(std::string_view text, std::size_t limit)
{
    std::size_t at = 0;
    for (std::size_t tokens = 0; at < text.size() && tokens < limit; ++tokens) at = token_end(text, at);
    return text.substr(0, at);
}

}  // namespace simulator
