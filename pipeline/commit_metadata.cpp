#include "pipeline/commit_metadata.hpp"

#include <algorithm>
#include <bit>
#include <optional>

namespace pipeline {
namespace {

constexpr std::string_view word = "bm";
constexpr char version = '1';
constexpr char run_lengths = 'r';
constexpr char bit_map = 'm';
constexpr std::size_t fingerprint_size = 6;
constexpr int digit_bits = 6;   // of a map and of a fingerprint
constexpr int number_bits = 5;  // of a digit of a number
constexpr std::size_t longest_number = 13;
constexpr std::size_t longest_frame = word.size() + 1 + fingerprint_size + 1 + longest_number;

constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::optional<unsigned> value_of(char digit)
{
    const auto at = digits.find(digit);
    if (at == digits.npos) return std::nullopt;
    return static_cast<unsigned>(at);
}

void append_number(std::string& out, std::int64_t number)
{
    constexpr unsigned more = 1u << number_bits;
    auto left = static_cast<std::uint64_t>(number);
    for (; left >= more; left >>= number_bits) out += digits[(left & (more - 1)) | more];
    out += digits[left];
}

std::size_t size_of_number(std::int64_t number)
{
    const auto bits = static_cast<int>(std::bit_width(static_cast<std::uint64_t>(number)));
    return static_cast<std::size_t>((std::max(1, bits) + number_bits - 1) / number_bits);
}

std::size_t size_of_map(std::int64_t span)
{
    return static_cast<std::size_t>((span + digit_bits - 1) / digit_bits);
}

std::string frame(std::uint64_t fingerprint, char codec, std::int64_t base)
{
    std::string text{word};
    text += version;
    for (std::size_t i = 0; i < fingerprint_size; ++i, fingerprint >>= digit_bits)
        text += digits[fingerprint & 63u];
    text += codec;
    append_number(text, base);
    return text;
}

void append_run_lengths(std::string& out, std::int64_t base, std::span<const offset_run> done)
{
    for (const auto& each : done) {
        append_number(out, each.begin - base);
        append_number(out, each.end - each.begin);
        base = each.end;
    }
}

void append_bit_map(std::string& out, std::int64_t base, std::span<const offset_run> done)
{
    std::vector<unsigned char> map(size_of_map(done.back().end - base));
    for (const auto& each : done) {
        for (auto at = each.begin - base; at < each.end - base; ++at)
            map[static_cast<std::size_t>(at / digit_bits)] |=
                static_cast<unsigned char>(1u << (at % digit_bits));
    }
    for (const auto each : map) out += digits[each];
}

/// Takes the parts of a text off its front.
class metadata_scanner {
public:
    explicit metadata_scanner(std::string_view text) : rest_{text} {}

    [[nodiscard]] bool at_end() const { return rest_.empty(); }
    [[nodiscard]] std::size_t size() const { return rest_.size(); }

    bool skip(std::string_view expected)
    {
        if (!rest_.starts_with(expected)) return false;
        rest_.remove_prefix(expected.size());
        return true;
    }

    std::optional<char> character()
    {
        if (rest_.empty()) return std::nullopt;
        const auto first = rest_.front();
        rest_.remove_prefix(1);
        return first;
    }

    std::optional<unsigned> digit()
    {
        const auto first = character();
        return first ? value_of(*first) : std::nullopt;
    }

    std::optional<std::int64_t> number()
    {
        constexpr unsigned more = 1u << number_bits;
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < longest_number; ++i) {
            const auto next = digit();
            if (!next) return std::nullopt;
            value |= std::uint64_t{*next & (more - 1)} << (i * number_bits);
            if ((*next & more) != 0) continue;
            if (value > INT64_MAX) return std::nullopt;
            return static_cast<std::int64_t>(value);
        }
        return std::nullopt;
    }

private:
    std::string_view rest_;
};

using runs = std::vector<offset_run>;

std::optional<runs> read_run_lengths(metadata_scanner text, std::int64_t base)
{
    runs done;
    while (!text.at_end()) {
        const auto open = text.number();
        const auto closed = text.number();
        if (!open || !closed || *open == 0 || *closed == 0) return std::nullopt;
        if (*open > INT64_MAX - base || *closed > INT64_MAX - base - *open) return std::nullopt;
        done.push_back({base + *open, base + *open + *closed});
        base = done.back().end;
    }
    return done;
}

std::optional<runs> read_bit_map(metadata_scanner text, std::int64_t base)
{
    runs done;
    if (base > INT64_MAX - static_cast<std::int64_t>(text.size()) * digit_bits) return std::nullopt;
    while (!text.at_end()) {
        const auto some = text.digit();
        if (!some) return std::nullopt;
        for (int bit = 0; bit < digit_bits; ++bit, ++base) {
            if ((*some >> bit & 1u) == 0) continue;
            if (done.empty() || done.back().end != base) done.push_back({base, base});
            ++done.back().end;
        }
    }
    return done;
}

}  // namespace

std::uint64_t route_fingerprint(std::string_view route, std::span<const std::string> outputs)
{
    // FNV-1a (RFC draft-eastlake-fnv): the same on every machine and in every version.
    std::uint64_t hash = 0xCBF29CE484222325u;
    const auto mix = [&hash](std::string_view text) {
        for (const auto each : text) hash = (hash ^ static_cast<unsigned char>(each)) * 0x100000001B3u;
        hash = hash * 0x100000001B3u;  // a zero byte, which no name has
    };
    mix(route);
    for (const auto& each : outputs) mix(each);
    return (hash ^ (hash >> 36)) & ((std::uint64_t{1} << (fingerprint_size * digit_bits)) - 1);
}

std::string write_commit_metadata(std::uint64_t fingerprint, std::int64_t base,
                                  std::span<const offset_run> done, std::size_t limit)
{
    const auto framed = frame(fingerprint, bit_map, base).size();
    std::size_t kept = 0;
    std::size_t run_size = 0;
    std::size_t size_of_runs = 0;  // of those that are kept
    auto before = base;
    for (std::size_t i = 0; i < done.size(); ++i) {
        run_size += size_of_number(done[i].begin - before) + size_of_number(done[i].end - done[i].begin);
        before = done[i].end;
        if (framed + std::min(run_size, size_of_map(before - base)) > limit) break;
        kept = i + 1;
        size_of_runs = run_size;
    }
    done = done.first(kept);
    if (done.empty()) return {};
    const bool as_runs = size_of_runs <= size_of_map(done.back().end - base);
    auto text = frame(fingerprint, as_runs ? run_lengths : bit_map, base);
    as_runs ? append_run_lengths(text, base, done) : append_bit_map(text, base, done);
    return text;
}

bool fits_commit_metadata(std::int64_t span, std::size_t open, std::size_t limit) noexcept
{
    if (limit <= longest_frame) return false;
    const auto room = limit - longest_frame;
    if (size_of_map(span) <= room) return true;
    // Two numbers for each open record at most. They sum up to the span, and so are longest where all are
    // equal.
    const auto numbers = 2 * std::max<std::size_t>(open, 1);
    const auto bits = static_cast<std::size_t>(std::bit_width(static_cast<std::uint64_t>(span) / numbers));
    return numbers + (numbers * bits + number_bits - 1) / number_bits <= room;
}

std::string_view sentence_on(metadata_problem what) noexcept
{
    switch (what) {
        case metadata_problem::unreadable: return "it is not written by this program";
        case metadata_problem::newer: return "it is of a newer version of this program";
        case metadata_problem::foreign: return "it belongs to a route of another name or with other outputs";
        case metadata_problem::other_offset: return "it belongs to another committed offset";
        case metadata_problem::beyond_end: return "it tells of records that the topic does not have";
    }
    return "";
}

std::variant<std::vector<offset_run>, metadata_problem> read_commit_metadata(std::string_view text,
                                                                             std::uint64_t fingerprint,
                                                                             std::int64_t base)
{
    metadata_scanner scan{text};
    if (!scan.skip(word)) return metadata_problem::unreadable;
    const auto written_as = scan.character();
    if (!written_as) return metadata_problem::unreadable;
    if (*written_as != version)
        return *written_as > version && *written_as <= '9' ? metadata_problem::newer
                                                           : metadata_problem::unreadable;
    std::uint64_t theirs = 0;
    for (std::size_t i = 0; i < fingerprint_size; ++i) {
        const auto digit = scan.digit();
        if (!digit) return metadata_problem::unreadable;
        theirs |= std::uint64_t{*digit} << (i * digit_bits);
    }
    const auto codec = scan.character();
    const auto their_base = scan.number();
    if (!codec || !their_base) return metadata_problem::unreadable;
    if (theirs != fingerprint) return metadata_problem::foreign;
    if (*their_base != base) return metadata_problem::other_offset;

    std::optional<runs> done;
    if (*codec == run_lengths) done = read_run_lengths(scan, base);
    if (*codec == bit_map) done = read_bit_map(scan, base);
    if (!done) return metadata_problem::unreadable;
    return *std::move(done);
}

}  // namespace pipeline
