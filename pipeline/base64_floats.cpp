#include "pipeline/base64_floats.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "pipeline/base64.hpp"
#include "pipeline/base64_blocks.hpp"
#include "pipeline/vector_check.hpp"

namespace pipeline {
namespace {

/// Of what is decoded at a time where it cannot be looked at in registers: whole numbers, and whole groups.
constexpr std::size_t letters_per_round = 1024;

constexpr bool is_letter(char each)
{
    return (each >= 'A' && each <= 'Z') || (each >= 'a' && each <= 'z') || (each >= '0' && each <= '9') ||
           each == '+' || each == '/';
}

/// Where the base64 that begins before `from` ends.
std::size_t end_of_base64(std::string_view text, std::size_t from)
{
    while (from < text.size() && is_letter(text[from])) ++from;
    for (int padding = 0; padding < 2 && from < text.size() && text[from] == '='; ++padding) ++from;
    return from;
}

}  // namespace

std::optional<base64_floats> look_at_base64_floats(std::string_view text) noexcept
{
    const auto blocks = look_at_float_blocks(text.data(), text.size());
    const auto end = end_of_base64(text, blocks.letters);
    base64_floats seen{end, blocks.letters / 16 * 3, blocks.largest};
    std::array<float, letters_per_round / 4 * 3 / sizeof(float)> numbers;
    for (auto done = blocks.letters; done < end; done += letters_per_round) {
        const auto round = text.substr(done, std::min(end - done, letters_per_round));
        const auto bytes = base64_decoded_size(round);
        if (!bytes || *bytes % sizeof(float) != 0) return std::nullopt;
        const std::span some{numbers.data(), *bytes / sizeof(float)};
        if (!decode_base64(round, std::as_writable_bytes(some))) return std::nullopt;
        seen.count += some.size();
        seen.largest = std::max(seen.largest, largest_magnitude(some));
    }
    return seen;
}

}  // namespace pipeline
