#include "pipeline/base64_blocks.hpp"

#ifdef __SSSE3__

#include <tmmintrin.h>

namespace pipeline {
namespace {

constexpr std::size_t letters_per_block = 16;
constexpr std::size_t bytes_per_block = 12;

__m128i load(const void* from) noexcept { return _mm_loadu_si128(static_cast<const __m128i*>(from)); }
void store(void* to, __m128i block) noexcept { _mm_storeu_si128(static_cast<__m128i*>(to), block); }

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

/// Whether any of sixteen characters is no letter: each half of a character looks up the kinds of characters
/// that it may belong to, and what both agree on is wrong.
bool has_stranger(__m128i high, __m128i low) noexcept
{
    const auto kinds_of_low = _mm_setr_epi8(0x15, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x13,
                                            0x1A, 0x1B, 0x1B, 0x1B, 0x1A);
    const auto kinds_of_high = _mm_setr_epi8(0x10, 0x10, 0x01, 0x02, 0x04, 0x08, 0x04, 0x08, 0x10, 0x10, 0x10,
                                             0x10, 0x10, 0x10, 0x10, 0x10);
    const auto wrong =
        _mm_and_si128(_mm_shuffle_epi8(kinds_of_low, low), _mm_shuffle_epi8(kinds_of_high, high));
    return _mm_movemask_epi8(_mm_cmpgt_epi8(wrong, _mm_setzero_si128())) != 0;
}

/// Sixteen numbers below 64 to twelve bytes at the front.
__m128i join(__m128i numbers) noexcept
{
    const auto pairs = _mm_maddubs_epi16(numbers, _mm_set1_epi32(0x01400140));
    const auto groups = _mm_madd_epi16(pairs, _mm_set1_epi32(0x00011000));
    return _mm_shuffle_epi8(groups, _mm_setr_epi8(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1));
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

std::optional<std::size_t> decode_base64_blocks(const char* from, std::size_t size, std::byte* to) noexcept
{
    const auto distances = _mm_setr_epi8(0, 16, 19, 4, -65, -65, -71, -71, 0, 0, 0, 0, 0, 0, 0, 0);
    const auto slash = _mm_set1_epi8('/');
    std::size_t done = 0;
    // A store writes sixteen bytes, four more than a block has: eight further letters make room for them.
    for (; size - done >= letters_per_block + 8; done += letters_per_block, to += bytes_per_block) {
        const auto text = load(from + done);
        // The mask keeps four bits and one that shuffling ignores; the slash has exactly these bits.
        const auto high = _mm_and_si128(_mm_srli_epi32(text, 4), slash);
        const auto low = _mm_and_si128(text, slash);
        if (has_stranger(high, low)) return std::nullopt;
        const auto range = _mm_add_epi8(_mm_cmpeq_epi8(text, slash), high);
        store(to, join(_mm_add_epi8(text, _mm_shuffle_epi8(distances, range))));
    }
    return done;
}

}  // namespace pipeline

#else

namespace pipeline {

std::size_t encode_base64_blocks(const std::byte*, std::size_t, char*) noexcept { return 0; }
std::optional<std::size_t> decode_base64_blocks(const char*, std::size_t, std::byte*) noexcept { return 0; }

}  // namespace pipeline

#endif
