#include "pipeline/base64.hpp"

#include <array>
#include <cstdint>

#include "pipeline/base64_blocks.hpp"

namespace pipeline {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Above every letter's value, and still visible after four letters have been joined.
constexpr std::uint32_t no_letter = 1u << 24u;

/// The four tables hold a letter's value already shifted to where it stands in a group of four, so that a
/// group is four look-ups and three ors; one look at the high bits tells whether all four were letters.
using letter_table = std::array<std::uint32_t, 256>;

constexpr letter_table letters_shifted_by(unsigned bits)
{
    letter_table table{};
    table.fill(no_letter);
    for (std::uint32_t value = 0; value < alphabet.size(); ++value)
        table[static_cast<unsigned char>(alphabet[value])] = value << bits;
    return table;
}

constexpr auto first_letter = letters_shifted_by(18);
constexpr auto second_letter = letters_shifted_by(12);
constexpr auto third_letter = letters_shifted_by(6);
constexpr auto fourth_letter = letters_shifted_by(0);

constexpr std::uint32_t group_of(const char* text)
{
    const auto letter = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    return first_letter[letter(0)] | second_letter[letter(1)] | third_letter[letter(2)] |
           fourth_letter[letter(3)];
}

constexpr std::byte byte_of(std::uint32_t group, unsigned index)
{
    return static_cast<std::byte>((group >> (16u - 8u * index)) & 0xFFu);
}

constexpr std::size_t padding_of(std::string_view text)
{
    if (text.ends_with("==")) return 2;
    return text.ends_with('=') ? 1 : 0;
}

}  // namespace

std::optional<std::size_t> base64_decoded_size(std::string_view text) noexcept
{
    if (text.size() % 4 != 0) return std::nullopt;
    return text.size() / 4 * 3 - padding_of(text);
}

bool decode_base64(std::string_view text, std::span<std::byte> out) noexcept
{
    if (base64_decoded_size(text) != out.size()) return false;
    const auto padding = padding_of(text);
    const auto whole_groups = text.size() / 4 - (padding > 0 ? 1 : 0);

    const auto in_blocks = decode_base64_blocks(text.data(), whole_groups * 4, out.data());
    if (!in_blocks) return false;
    const char* from = text.data() + *in_blocks;
    std::byte* to = out.data() + *in_blocks / 4 * 3;
    std::uint32_t seen = 0;
    for (auto i = *in_blocks / 4; i < whole_groups; ++i, from += 4, to += 3) {
        const auto group = group_of(from);
        seen |= group;
        to[0] = byte_of(group, 0);
        to[1] = byte_of(group, 1);
        to[2] = byte_of(group, 2);
    }
    if ((seen & no_letter) != 0) return false;
    if (padding == 0) return true;

    const std::array<char, 4> last{from[0], from[1], padding == 2 ? 'A' : from[2], 'A'};
    const auto group = group_of(last.data());
    const auto unused_bits = padding == 2 ? 0xFFFFu : 0xFFu;
    if ((group & (no_letter | unused_bits)) != 0) return false;
    to[0] = byte_of(group, 0);
    if (padding == 1) to[1] = byte_of(group, 1);
    return true;
}

void append_base64(std::string& out, std::span<const std::byte> data)
{
    const auto start = out.size();
    out.resize(start + (data.size() + 2) / 3 * 4, '=');
    const auto in_blocks = encode_base64_blocks(data.data(), data.size(), out.data() + start);
    char* to = out.data() + start + in_blocks / 3 * 4;
    for (auto i = in_blocks; i < data.size(); i += 3, to += 4) {
        const auto left = data.size() - i;
        std::uint32_t group = std::to_integer<std::uint32_t>(data[i]) << 16u;
        if (left > 1) group |= std::to_integer<std::uint32_t>(data[i + 1]) << 8u;
        if (left > 2) group |= std::to_integer<std::uint32_t>(data[i + 2]);
        to[0] = alphabet[group >> 18u];
        to[1] = alphabet[(group >> 12u) & 63u];
        if (left > 1) to[2] = alphabet[(group >> 6u) & 63u];
        if (left > 2) to[3] = alphabet[group & 63u];
    }
}

}  // namespace pipeline
