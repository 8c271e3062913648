#include "pipeline/utf8.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace pipeline {
namespace {

constexpr unsigned char at(std::string_view text, std::size_t position)
{
    return static_cast<unsigned char>(text[position]);
}

bool starts_with_eight_ascii(std::string_view text, std::size_t position)
{
    std::uint64_t word = 0;
    if (text.size() - position < sizeof word) return false;
    std::memcpy(&word, text.data() + position, sizeof word);
    return (word & 0x8080808080808080u) == 0;
}

/// How many bytes the character that begins with `lead` has, and what its second byte may be: the table
/// "Well-Formed UTF-8 Byte Sequences" of the Unicode standard (section 3.9).
struct sequence {
    std::size_t length = 0;  ///< 0 where no character begins so
    unsigned char second_from = 0x80;
    unsigned char second_to = 0xBF;
};

constexpr sequence sequence_of(unsigned char lead)
{
    if (lead < 0x80) return {1};
    if (lead < 0xC2) return {};
    if (lead < 0xE0) return {2};
    if (lead == 0xE0) return {3, 0xA0, 0xBF};
    if (lead == 0xED) return {3, 0x80, 0x9F};
    if (lead < 0xF0) return {3};
    if (lead == 0xF0) return {4, 0x90, 0xBF};
    if (lead < 0xF4) return {4};
    if (lead == 0xF4) return {4, 0x80, 0x8F};
    return {};
}

bool well_formed(std::string_view text, std::size_t position, const sequence& expected)
{
    if (expected.length == 0 || expected.length > text.size() - position) return false;
    if (expected.length == 1) return true;
    const auto second = at(text, position + 1);
    if (second < expected.second_from || second > expected.second_to) return false;
    for (std::size_t i = 2; i < expected.length; ++i)
        if ((at(text, position + i) & 0xC0u) != 0x80) return false;
    return true;
}

/// White_Space of the Unicode Character Database (PropList.txt) beyond ASCII.
constexpr std::array<std::string_view, 19> wide_spaces{
    "\xC2\x85",     "\xC2\xA0",     "\xE1\x9A\x80", "\xE2\x80\x80", "\xE2\x80\x81",
    "\xE2\x80\x82", "\xE2\x80\x83", "\xE2\x80\x84", "\xE2\x80\x85", "\xE2\x80\x86",
    "\xE2\x80\x87", "\xE2\x80\x88", "\xE2\x80\x89", "\xE2\x80\x8A", "\xE2\x80\xA8",
    "\xE2\x80\xA9", "\xE2\x80\xAF", "\xE2\x81\x9F", "\xE3\x80\x80"};

std::size_t leading_space(std::string_view text)
{
    const auto first = at(text, 0);
    if (first == ' ' || (first >= '\t' && first <= '\r')) return 1;
    if (first < 0x80) return 0;
    const auto* found = std::find_if(wide_spaces.begin(), wide_spaces.end(),
                                     [&](std::string_view space) { return text.starts_with(space); });
    return found == wide_spaces.end() ? 0 : found->size();
}

}  // namespace

std::size_t printable_prefix(std::string_view text) noexcept
{
    // A byte below 0x20 borrows from its top bit, one above 0x7F has it. Only a byte behind such a one can be
    // taken for another by the borrow.
    constexpr std::uint64_t ones = 0x0101010101010101u;
    constexpr std::size_t words = 4;
    std::array<std::uint64_t, words> block{};
    std::size_t position = 0;
    for (; text.size() - position >= sizeof block; position += sizeof block) {
        std::memcpy(block.data(), text.data() + position, sizeof block);
        std::uint64_t others = 0;
        for (const auto word : block) others |= (word - ones * 0x20) | word;
        if ((others & (ones * 0x80)) != 0) return position;
    }
    const auto rest = text.substr(position);
    const auto is_printable = [](char each) {
        return each >= 0x20 && static_cast<unsigned char>(each) < 0x80;
    };
    return std::all_of(rest.begin(), rest.end(), is_printable) ? text.size() : position;
}

std::optional<std::size_t> first_invalid_utf8(std::string_view text) noexcept
{
    std::size_t position = 0;
    while (position < text.size()) {
        if (starts_with_eight_ascii(text, position)) {
            position += 8;
            continue;
        }
        const auto expected = sequence_of(at(text, position));
        if (!well_formed(text, position, expected)) return position;
        position += expected.length;
    }
    return std::nullopt;
}

std::optional<std::size_t> first_control(std::string_view text) noexcept
{
    // Eight bytes at a time: a byte below 0x20 is the only one that borrows from its own top bit.
    constexpr std::uint64_t ones = 0x0101010101010101u;
    std::size_t position = 0;
    for (std::uint64_t word = 0; text.size() - position >= sizeof word; position += sizeof word) {
        std::memcpy(&word, text.data() + position, sizeof word);
        if (((word - ones * 0x20) & ~word & (ones * 0x80)) != 0) break;
    }
    const auto found = std::find_if(text.begin() + static_cast<std::ptrdiff_t>(position), text.end(),
                                    [](char each) { return static_cast<unsigned char>(each) < 0x20; });
    if (found == text.end()) return std::nullopt;
    return static_cast<std::size_t>(found - text.begin());
}

bool is_blank(std::string_view text) noexcept
{
    while (!text.empty()) {
        const auto length = leading_space(text);
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

std::string_view utf8_prefix(std::string_view text, std::size_t limit) noexcept
{
    if (text.size() <= limit) return text;
    while (limit > 0 && (at(text, limit) & 0xC0u) == 0x80) --limit;
    return text.substr(0, limit);
}

}  // namespace pipeline
