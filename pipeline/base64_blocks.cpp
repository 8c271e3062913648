#include "pipeline/base64_blocks.hpp"

#ifdef __SSE4_1__

#include <immintrin.h>

#include <algorithm>
#include <array>

#include "pipeline/cpu.hpp"

namespace pipeline {
namespace {

constexpr std::size_t letters_per_block = 16;
constexpr std::size_t bytes_per_block = 12;

__m128i load(const void* from) noexcept { return _mm_loadu_si128(static_cast<const __m128i*>(from)); }
void store(void* to, __m128i block) noexcept { _mm_storeu_si128(static_cast<__m128i*>(to), block); }

[[gnu::target("avx2")]] __m256i load_wide(const void* from) noexcept
{
    return _mm256_loadu_si256(static_cast<const __m256i*>(from));
}
[[gnu::target("avx2")]] void store_wide(void* to, __m256i block) noexcept
{
    _mm256_storeu_si256(static_cast<__m256i*>(to), block);
}

/// Twelve bytes to sixteen numbers below 64: each group of three bytes is spread over four, and two
/// multiplications shift each six bits to where they belong.
__m128i split(__m128i bytes) noexcept
{
    const auto spread =
        _mm_shuffle_epi8(bytes, _mm_setr_epi8(1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10));
    const auto outer =
        _mm_mulhi_epu16(_mm_and_si128(spread, _mm_set1_epi32(0x0FC0FC00)), _mm_set1_epi32(0x04000040));
    const auto inner =
        _mm_mullo_epi16(_mm_and_si128(spread, _mm_set1_epi32(0x003F03F0)), _mm_set1_epi32(0x01000010));
    return _mm_or_si128(outer, inner);
}

/// Each number to its letter: what has to be added is looked up by the range that the number is in.
__m128i letters_of(__m128i numbers) noexcept
{
    const auto distances =
        _mm_setr_epi8('a' - 26, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52,
                      '0' - 52, '0' - 52, '0' - 52, '+' - 62, '/' - 63, 'A', 0, 0);
    const auto capitals = _mm_cmpgt_epi8(_mm_set1_epi8(26), numbers);
    const auto range =
        _mm_or_si128(_mm_subs_epu8(numbers, _mm_set1_epi8(51)), _mm_and_si128(capitals, _mm_set1_epi8(13)));
    return _mm_add_epi8(numbers, _mm_shuffle_epi8(distances, range));
}

/// Each half of a character looks up the kinds of characters that it may belong to. What both agree on is no
/// letter of base64.
__m128i kinds_of_low() noexcept
{
    return _mm_setr_epi8(0x15, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x13, 0x1A, 0x1B, 0x1B,
                         0x1B, 0x1A);
}
__m128i kinds_of_high() noexcept
{
    return _mm_setr_epi8(0x10, 0x10, 0x01, 0x02, 0x04, 0x08, 0x04, 0x08, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10,
                         0x10, 0x10);
}
/// What has to be added to a letter for its number, by the range that the letter is in.
__m128i distances_of_letters() noexcept
{
    return _mm_setr_epi8(0, 16, 19, 4, -65, -65, -71, -71, 0, 0, 0, 0, 0, 0, 0, 0);
}
/// Where the three bytes of each group of four letters stand, for a shuffle that brings them to the front.
__m128i order_of_bytes() noexcept
{
    return _mm_setr_epi8(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1);
}
constexpr int pairs_of_numbers = 0x01400140;   // one shifted by six bits and the next
constexpr int groups_of_numbers = 0x00011000;  // one pair shifted by twelve bits and the next

constexpr std::size_t letters_per_wide_block = 2 * letters_per_block;

/// Thirty-two letters. Both halves of a block are worked on alike, and stay apart.
class wide_block {
public:
    [[gnu::target("avx2")]] explicit wide_block(const char* from) noexcept
        : text_{load_wide(from)},
          high_{_mm256_and_si256(_mm256_srli_epi32(text_, 4), slash())},
          low_{_mm256_and_si256(text_, slash())}
    {}

    [[nodiscard, gnu::target("avx2")]] bool is_base64() const noexcept
    {
        const auto low_kinds = _mm256_broadcastsi128_si256(kinds_of_low());
        const auto high_kinds = _mm256_broadcastsi128_si256(kinds_of_high());
        return _mm256_testz_si256(_mm256_shuffle_epi8(low_kinds, low_),
                                  _mm256_shuffle_epi8(high_kinds, high_)) != 0;
    }

    /// Twelve bytes in each half, and four zeros behind them.
    [[nodiscard, gnu::target("avx2")]] __m256i decoded() const noexcept
    {
        const auto distances = _mm256_broadcastsi128_si256(distances_of_letters());
        const auto order = _mm256_broadcastsi128_si256(order_of_bytes());
        const auto range = _mm256_add_epi8(_mm256_cmpeq_epi8(text_, slash()), high_);
        const auto numbers = _mm256_add_epi8(text_, _mm256_shuffle_epi8(distances, range));
        const auto pairs = _mm256_maddubs_epi16(numbers, _mm256_set1_epi32(pairs_of_numbers));
        const auto groups = _mm256_madd_epi16(pairs, _mm256_set1_epi32(groups_of_numbers));
        return _mm256_shuffle_epi8(groups, order);
    }

private:
    /// Keeps four bits and one that shuffling ignores.
    [[gnu::target("avx2")]] static __m256i slash() noexcept { return _mm256_set1_epi8('/'); }

    __m256i text_;
    __m256i high_;
    __m256i low_;
};

/// Decodes thirty-two letters at a time; no more than leaves room for what a store writes too much.
[[gnu::target("avx2")]] std::optional<std::size_t> decode_wide_blocks(const char* from, std::size_t size,
                                                                      std::byte* to) noexcept
{
    constexpr std::size_t room = 12;
    const auto together = _mm256_setr_epi32(0, 1, 2, 4, 5, 6, 7, 7);
    std::size_t done = 0;
    for (; size - done >= letters_per_wide_block + room;
         done += letters_per_wide_block, to += 2 * bytes_per_block) {
        const wide_block block{from + done};
        if (!block.is_base64()) return std::nullopt;
        store_wide(to, _mm256_permutevar8x32_epi32(block.decoded(), together));
    }
    return done;
}

[[gnu::target("avx2")]] float_blocks look_at_wide_blocks(const char* from, std::size_t size) noexcept
{
    const auto magnitude = _mm256_set1_epi32(0x7FFFFFFF);
    auto largest = _mm256_setzero_si256();
    std::size_t done = 0;
    for (; size - done >= letters_per_wide_block; done += letters_per_wide_block) {
        const wide_block block{from + done};
        if (!block.is_base64()) break;
        largest = _mm256_max_epu32(largest, _mm256_and_si256(block.decoded(), magnitude));
    }
    std::array<std::uint32_t, 8> each{};
    store_wide(each.data(), largest);
    return {done, *std::max_element(each.begin(), each.end())};
}

}  // namespace

std::size_t encode_base64_blocks(const std::byte* from, std::size_t size, char* to) noexcept
{
    std::size_t done = 0;
    // A load takes sixteen bytes, of which four belong to the next block.
    for (; size - done >= 16; done += bytes_per_block, to += letters_per_block)
        store(to, letters_of(split(load(from + done))));
    return done;
}

float_blocks look_at_float_blocks(const char* from, std::size_t size) noexcept
{
    return has_avx2() ? look_at_wide_blocks(from, size) : float_blocks{};
}

std::optional<std::size_t> decode_base64_blocks(const char* from, std::size_t size, std::byte* to) noexcept
{
    const auto wide = has_avx2() ? decode_wide_blocks(from, size, to) : 0;
    if (!wide) return std::nullopt;
    std::size_t done = *wide;
    to += done / letters_per_block * bytes_per_block;
    const auto slash = _mm_set1_epi8('/');
    // A store writes sixteen bytes, four more than a block has: eight further letters make room for them.
    for (; size - done >= letters_per_block + 8; done += letters_per_block, to += bytes_per_block) {
        const auto text = load(from + done);
        // The mask keeps four bits and one that shuffling ignores; the slash has exactly these bits.
        const auto high = _mm_and_si128(_mm_srli_epi32(text, 4), slash);
        const auto low = _mm_and_si128(text, slash);
        if (_mm_testz_si128(_mm_shuffle_epi8(kinds_of_low(), low), _mm_shuffle_epi8(kinds_of_high(), high)) ==
            0)
            return std::nullopt;
        const auto range = _mm_add_epi8(_mm_cmpeq_epi8(text, slash), high);
        const auto numbers = _mm_add_epi8(text, _mm_shuffle_epi8(distances_of_letters(), range));
        const auto pairs = _mm_maddubs_epi16(numbers, _mm_set1_epi32(pairs_of_numbers));
        const auto groups = _mm_madd_epi16(pairs, _mm_set1_epi32(groups_of_numbers));
        store(to, _mm_shuffle_epi8(groups, order_of_bytes()));
    }
    return done;
}

}  // namespace pipeline

#else

namespace pipeline {

std::size_t encode_base64_blocks(const std::byte*, std::size_t, char*) noexcept { return 0; }
std::optional<std::size_t> decode_base64_blocks(const char*, std::size_t, std::byte*) noexcept { return 0; }
float_blocks look_at_float_blocks(const char*, std::size_t) noexcept { return {}; }

}  // namespace pipeline

#endif
