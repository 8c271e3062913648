#include "pipeline/number_scan.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>

#include "pipeline/cpu.hpp"

#if defined(__SSE4_1__)
#include <immintrin.h>
#endif

namespace pipeline {

std::optional<std::string_view> squeeze(std::span<char> text) noexcept
{
    const auto is_space = [](char each) {
        return each == ' ' || each == '\n' || each == '\r' || each == '\t';
    };
    std::size_t kept = 0;
    bool is_whole = true;
    for (std::size_t at = 0; at < text.size() && is_whole;) {
        if (!is_space(text[at])) {
            text[kept++] = text[at++];
            continue;
        }
        const auto next =
            std::find_if_not(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(), is_space);
        const bool before = kept > 0 && text[kept - 1] != ',';
        const bool after = next != text.end() && *next != ',';
        is_whole = !(before && after);
        at = static_cast<std::size_t>(next - text.begin());
        std::fill(text.begin() + static_cast<std::ptrdiff_t>(kept), next, ' ');
    }
    if (!is_whole) return std::nullopt;
    std::fill(text.begin() + static_cast<std::ptrdiff_t>(kept), text.end(), ' ');
    return std::string_view{text.data(), kept};
}

#if defined(__SSE4_1__)
namespace {

constexpr std::size_t block_size = 64;

/// One bit for each of sixty-four characters.
using mask = std::uint64_t;

/// Where which characters stand: those that nearly all numbers are made of.
struct block {
    mask digit;
    mask zero;
    mask point;
    mask minus;
    mask comma;

    [[nodiscard]] mask known() const { return digit | point | minus | comma; }
};

/// Those that few numbers have.
struct rare_characters {
    mask plus = 0;
    mask exponent = 0;
};

using sixteen = __m128i;

sixteen load(const char* from, int part)
{
    return _mm_loadu_si128(reinterpret_cast<const sixteen*>(from) + part);
}

/// The characters of a block for which `test` holds.
template <class Test>
mask where(const char* from, Test test)
{
    mask all = 0;
    for (int part = 0; part < 4; ++part)
        all |= static_cast<mask>(static_cast<unsigned>(_mm_movemask_epi8(test(load(from, part)))))
               << (16 * part);
    return all;
}

mask where(const char* from, char character)
{
    const auto wanted = _mm_set1_epi8(character);
    return where(from, [&](sixteen part) { return _mm_cmpeq_epi8(part, wanted); });
}

block read_block(const char* from)
{
    block seen{};
    seen.digit = where(from, [](sixteen part) {
        const auto from_zero = _mm_sub_epi8(part, _mm_set1_epi8('0'));
        return _mm_cmpeq_epi8(_mm_min_epu8(from_zero, _mm_set1_epi8(9)), from_zero);
    });
    seen.zero = where(from, '0');
    seen.point = where(from, '.');
    seen.minus = where(from, '-');
    seen.comma = where(from, ',');
    return seen;
}

rare_characters read_rare(const char* from)
{
    return {where(from, '+'), where(from, [](sixteen part) {
                return _mm_cmpeq_epi8(_mm_or_si128(part, _mm_set1_epi8(0x20)), _mm_set1_epi8('e'));
            })};
}

/// The same by halves instead of quarters.
[[gnu::target("avx2")]] mask join_halves(__m256i first, __m256i second)
{
    const auto low = static_cast<std::uint32_t>(_mm256_movemask_epi8(first));
    const auto high = static_cast<std::uint32_t>(_mm256_movemask_epi8(second));
    return low | static_cast<mask>(high) << 32;
}

[[gnu::target("avx2")]] mask wide_where(__m256i first, __m256i second, char character)
{
    const auto wanted = _mm256_set1_epi8(character);
    return join_halves(_mm256_cmpeq_epi8(first, wanted), _mm256_cmpeq_epi8(second, wanted));
}

[[gnu::target("avx2")]] __m256i wide_digits(__m256i text)
{
    const auto from_zero = _mm256_sub_epi8(text, _mm256_set1_epi8('0'));
    return _mm256_cmpeq_epi8(_mm256_min_epu8(from_zero, _mm256_set1_epi8(9)), from_zero);
}

[[gnu::target("avx2")]] block read_wide_block(const char* from)
{
    const auto first = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
    const auto second = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from) + 1);
    block seen{};
    seen.digit = join_halves(wide_digits(first), wide_digits(second));
    seen.zero = wide_where(first, second, '0');
    seen.point = wide_where(first, second, '.');
    seen.minus = wide_where(first, second, '-');
    seen.comma = wide_where(first, second, ',');
    return seen;
}

/// What was one character before, over the borders of blocks.
class delayed {
public:
    explicit delayed(mask at_start = 0) : last_{at_start} {}
    mask operator()(mask now)
    {
        const auto before = now << 1 | last_;
        last_ = now >> (block_size - 1);
        return before;
    }

private:
    mask last_;  // one bit
};

/// What stands directly behind a run of digits, of those runs that begin where `starts` says. An addition
/// carries each start through its run.
class behind_runs {
public:
    mask operator()(mask digits, mask starts)
    {
        mask sum = 0;
        const mask over = __builtin_add_overflow(digits, starts, &sum) ? 1 : 0;
        const mask over_again = __builtin_add_overflow(sum, goes_on_, &sum) ? 1 : 0;
        goes_on_ = over | over_again;
        return sum & ~digits;
    }

private:
    mask goes_on_ = 0;  // one bit
};

/// Thirty-two digits in a row, of which some may stand before a point: what may be too large for a float
/// has 39.
class long_runs {
public:
    bool operator()(mask digits)
    {
        const auto over_the_border = digits << half | last_ >> half;
        last_ = digits;
        return has_one(digits) || has_one(over_the_border);
    }

private:
    static constexpr unsigned half = block_size / 2;

    static bool has_one(mask digits)
    {
        digits &= digits >> 1;
        digits &= digits >> 2;
        digits &= digits >> 4;
        digits &= digits >> 8;
        digits &= digits >> 16;
        return digits != 0;
    }

    mask last_ = 0;
};

/// The numbers seen so far, and whether one look was enough so far.
class number_scan {
public:
    /// A block of nothing but digits, points, minuses and commas.
    bool take(const block& now)
    {
        // An exponent may go on in it.
        return had_exponent_ ? look<true>(now, {}, ~mask{0}) : look<false>(now, {}, ~mask{0});
    }

    /// Any block. Only the characters of `valid` belong to the text.
    bool take(block now, rare_characters rare, mask valid)
    {
        for (auto* each :
             {&now.digit, &now.zero, &now.point, &now.minus, &now.comma, &rare.plus, &rare.exponent})
            *each &= valid;
        return look<true>(now, rare, valid);
    }

    [[nodiscard]] std::optional<std::size_t> count() const
    {
        if (!last_is_digit_ || nonzero_ == 0) return std::nullopt;
        return commas_ + 1;
    }

private:
    /// Without exponents there are neither pluses nor signs behind them: most blocks take half of the steps.
    template <bool exponents>
    bool look(const block& now, rare_characters rare, mask valid)
    {
        const auto after_comma = comma_(now.comma);
        const auto after_digit = digit_(now.digit);
        const auto after_point = point_(now.point);
        const auto after_exponent = exponents ? exponent_(rare.exponent) : mask{0};
        const auto after_minus = minus_(now.minus & after_comma);
        const auto after_sign = exponents ? sign_((now.minus | rare.plus) & after_exponent) : mask{0};
        const auto whole = now.digit & (after_comma | after_minus);
        const auto after_lone_zero = lone_zero_(whole & now.zero);
        const auto behind_whole = whole_(now.digit, whole);
        const auto behind_fraction = fraction_(now.digit, now.digit & after_point);

        const auto wrong = (valid & ~(now.known() | rare.plus | rare.exponent)) |  //
                           (now.comma & ~after_digit) |                            //
                           (now.minus & ~(after_comma | after_exponent)) |         //
                           (rare.plus & ~after_exponent) |                         //
                           (now.point & ~behind_whole) |                           //
                           (rare.exponent & ~(behind_whole | behind_fraction)) |
                           (valid & ~now.digit & (after_minus | after_point | after_sign)) |
                           (valid & ~(now.digit | now.minus) & after_comma) |
                           (valid & ~(now.digit | now.minus | rare.plus) & after_exponent) |
                           (now.digit & after_lone_zero);
        const auto perhaps_large = after_exponent & (now.digit | rare.plus);

        // Digits of exponents say nothing; one exponent reaches over one border at most.
        const bool has_exponent = rare.exponent != 0;
        const auto nonzero = now.digit & ~now.zero;
        const bool all_count = !has_exponent && !had_exponent_;
        nonzero_ |= all_count ? nonzero : nonzero & (whole | after_point);
        had_exponent_ = has_exponent;
        commas_ += static_cast<std::size_t>(std::popcount(now.comma));
        last_is_digit_ = (now.digit & ~(valid >> 1)) != 0;
        return (wrong | perhaps_large) == 0 && !runs_(now.digit);
    }

    delayed comma_{1};  // the array begins as if behind a comma
    delayed digit_;
    delayed point_;
    delayed exponent_;
    delayed minus_;
    delayed sign_;
    delayed lone_zero_;
    behind_runs whole_;
    behind_runs fraction_;
    long_runs runs_;
    mask nonzero_ = 0;
    std::size_t commas_ = 0;
    bool had_exponent_ = false;
    bool last_is_digit_ = false;
};

template <block (*Read)(const char*)>
[[gnu::always_inline]] inline std::optional<std::size_t> count_numbers(std::string_view text)
{
    number_scan scan;
    for (std::size_t at = 0; at < text.size(); at += block_size) {
        const auto* here = text.data() + at;
        const auto left = text.size() - at;
        const auto now = Read(here);
        if (left >= block_size && now.known() == ~mask{0}) {
            if (!scan.take(now)) return std::nullopt;
            continue;
        }
        const auto valid = left >= block_size ? ~mask{0} : (mask{1} << left) - 1;
        if (!scan.take(now, read_rare(here), valid)) return std::nullopt;
    }
    return scan.count();
}

[[gnu::target("avx2,popcnt")]] std::optional<std::size_t> count_wide_numbers(std::string_view text)
{
    return count_numbers<read_wide_block>(text);
}

}  // namespace

std::optional<std::size_t> count_plain_numbers(std::string_view text) noexcept
{
    return has_avx2() ? count_wide_numbers(text) : count_numbers<read_block>(text);
}

#else

std::optional<std::size_t> count_plain_numbers(std::string_view) noexcept { return std::nullopt; }

#endif

}  // namespace pipeline
