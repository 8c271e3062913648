#include "pipeline/number_scan.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>

#if defined(__SSSE3__)
#include <tmmintrin.h>
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

#if defined(__SSSE3__)
namespace {

constexpr std::size_t block_size = 64;

/// One bit for each of sixty-four characters.
using mask = std::uint64_t;

using sixteen = __m128i;

struct characters {
    sixteen first;
    sixteen second;
    sixteen third;
    sixteen fourth;
};

/// Those for which `test` holds.
template <class Test>
mask where(const characters& text, Test test)
{
    const auto bits = [&](sixteen part) {
        return static_cast<mask>(static_cast<unsigned>(_mm_movemask_epi8(test(part))));
    };
    return bits(text.first) | bits(text.second) << 16 | bits(text.third) << 32 | bits(text.fourth) << 48;
}

mask where(const characters& text, char character)
{
    const auto wanted = _mm_set1_epi8(character);
    return where(text, [&](sixteen part) { return _mm_cmpeq_epi8(part, wanted); });
}

/// Where which characters stand.
struct block {
    mask digit;
    mask zero;
    mask point;
    mask minus;
    mask plus;
    mask exponent;
    mask comma;

    explicit block(const char* from)
    {
        const auto part = [&](int number) {
            return _mm_loadu_si128(reinterpret_cast<const sixteen*>(from) + number);
        };
        const characters text{part(0), part(1), part(2), part(3)};
        digit = where(text, [](sixteen each) {
            const auto from_zero = _mm_sub_epi8(each, _mm_set1_epi8('0'));
            return _mm_cmpeq_epi8(_mm_min_epu8(from_zero, _mm_set1_epi8(9)), from_zero);
        });
        exponent = where(text, [](sixteen each) {
            return _mm_cmpeq_epi8(_mm_or_si128(each, _mm_set1_epi8(0x20)), _mm_set1_epi8('e'));
        });
        zero = where(text, '0');
        point = where(text, '.');
        minus = where(text, '-');
        plus = where(text, '+');
        comma = where(text, ',');
    }

    void keep(mask bits)
    {
        digit &= bits;
        zero &= bits;
        point &= bits;
        minus &= bits;
        plus &= bits;
        exponent &= bits;
        comma &= bits;
    }
    [[nodiscard]] mask known() const { return digit | point | minus | plus | exponent | comma; }
};

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

/// Thirty-two digits in a row, of which some may stand before a point.
bool has_long_run(mask digits)
{
    digits &= digits >> 1;
    digits &= digits >> 2;
    digits &= digits >> 4;
    digits &= digits >> 8;
    digits &= digits >> 16;
    return digits != 0;
}

/// The numbers seen so far, and whether one look was enough so far.
class number_scan {
public:
    /// Only the characters of `valid` belong to the text.
    bool take(block now, mask valid)
    {
        now.keep(valid);
        const auto after_comma = comma_(now.comma);
        const auto after_digit = digit_(now.digit);
        const auto after_point = point_(now.point);
        const auto after_exponent = exponent_(now.exponent);
        const auto after_minus = minus_(now.minus & after_comma);
        const auto after_sign = sign_((now.minus | now.plus) & after_exponent);
        const auto whole = now.digit & (after_comma | after_minus);
        const auto after_lone_zero = lone_zero_(whole & now.zero);
        const auto behind_whole = whole_(now.digit, whole);
        const auto behind_fraction = fraction_(now.digit, now.digit & after_point);

        const auto wrong = (valid & ~now.known()) |                         //
                           (now.comma & ~after_digit) |                     //
                           (now.minus & ~(after_comma | after_exponent)) |  //
                           (now.plus & ~after_exponent) |                   //
                           (now.point & ~behind_whole) |                    //
                           (now.exponent & ~(behind_whole | behind_fraction)) |
                           (valid & ~now.digit & (after_minus | after_point | after_sign)) |
                           (valid & ~(now.digit | now.minus) & after_comma) |
                           (valid & ~(now.digit | now.minus | now.plus) & after_exponent) |
                           (now.digit & after_lone_zero);
        const auto perhaps_large = after_exponent & (now.digit | now.plus);
        const bool plain = (wrong | perhaps_large) == 0 && !has_long_run(now.digit);

        const bool has_exponent = now.exponent != 0;
        const auto nonzero = now.digit & ~now.zero;
        nonzero_ |= nonzero & (whole | after_point);
        // Digits of exponents say nothing; one exponent reaches over one border at most.
        if (!has_exponent && !had_exponent_) nonzero_ |= nonzero;
        had_exponent_ = has_exponent;
        commas_ += static_cast<std::size_t>(std::popcount(now.comma));
        last_is_digit_ = (now.digit & ~(valid >> 1)) != 0;
        return plain;
    }

    [[nodiscard]] std::optional<std::size_t> count() const
    {
        if (!last_is_digit_ || nonzero_ == 0) return std::nullopt;
        return commas_ + 1;
    }

private:
    delayed comma_{1};  // the array begins as if behind a comma
    delayed digit_;
    delayed point_;
    delayed exponent_;
    delayed minus_;
    delayed sign_;
    delayed lone_zero_;
    behind_runs whole_;
    behind_runs fraction_;
    mask nonzero_ = 0;
    std::size_t commas_ = 0;
    bool had_exponent_ = false;
    bool last_is_digit_ = false;
};

}  // namespace

std::optional<std::size_t> count_plain_numbers(std::string_view text) noexcept
{
    number_scan scan;
    for (std::size_t at = 0; at < text.size(); at += block_size) {
        const auto left = text.size() - at;
        const auto valid = left >= block_size ? ~mask{0} : (mask{1} << left) - 1;
        if (!scan.take(block{text.data() + at}, valid)) return std::nullopt;
    }
    return scan.count();
}

#else

std::optional<std::size_t> count_plain_numbers(std::string_view) noexcept { return std::nullopt; }

#endif

}  // namespace pipeline
