#include "pipeline/trace_context.hpp"

#include <algorithm>

namespace pipeline {
namespace {

// 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
constexpr std::string_view version = "00-";
constexpr std::size_t trace_at = 3;
constexpr std::size_t parent_at = 36;
constexpr std::size_t flags_at = 53;
constexpr std::size_t whole_length = 55;

/// Sampled, and (in the second level of the specification) a trace id that is random. Senders must clear
/// the others.
constexpr std::uint8_t known_flags = 0x03;

/// Small letters only, as the specification asks for.
std::optional<std::uint8_t> digit(char from)
{
    if (from >= '0' && from <= '9') return static_cast<std::uint8_t>(from - '0');
    if (from >= 'a' && from <= 'f') return static_cast<std::uint8_t>(from - 'a' + 10);
    return std::nullopt;
}

template <std::size_t Size>
std::optional<std::array<std::uint8_t, Size>> read_bytes(std::string_view digits)
{
    std::array<std::uint8_t, Size> bytes{};
    for (std::size_t i = 0; i < Size; ++i) {
        const auto high = digit(digits[2 * i]);
        const auto low = digit(digits[2 * i + 1]);
        if (!high || !low) return std::nullopt;
        bytes[i] = static_cast<std::uint8_t>(*high << 4 | *low);
    }
    return bytes;
}

template <std::size_t Size>
bool is_zero(const std::array<std::uint8_t, Size>& bytes)
{
    return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t each) { return each == 0; });
}

void append_bytes(std::string& out, std::span<const std::uint8_t> bytes)
{
    constexpr std::string_view digits = "0123456789abcdef";
    for (const auto each : bytes) {
        out += digits[each >> 4];
        out += digits[each & 0x0F];
    }
}

}  // namespace

std::optional<trace_context> read_traceparent(std::string_view text)
{
    if (text.size() != whole_length || !text.starts_with(version)) return std::nullopt;
    if (text[parent_at - 1] != '-' || text[flags_at - 1] != '-') return std::nullopt;
    const auto trace_id = read_bytes<16>(text.substr(trace_at));
    const auto parent_id = read_bytes<8>(text.substr(parent_at));
    const auto flags = read_bytes<1>(text.substr(flags_at));
    if (!trace_id || !parent_id || !flags || is_zero(*trace_id) || is_zero(*parent_id)) return std::nullopt;
    return trace_context{*trace_id, static_cast<std::uint8_t>(flags->front() & known_flags)};
}

std::string write_traceparent(const trace_context& trace, std::span<const std::uint8_t, 8> parent_id)
{
    std::string made{version};
    made.reserve(whole_length);
    append_bytes(made, trace.trace_id);
    made += '-';
    append_bytes(made, parent_id);
    made += '-';
    append_bytes(made, std::span{&trace.flags, 1});
    return made;
}

}  // namespace pipeline
