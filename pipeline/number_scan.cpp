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

/// Where which characters stand.
struct block {
    mask digit = 0;
    mask zero = 0;
    mask point = 0;
    mask minus = 0;
    mask plus = 0;
    mask exponent = 0;
    mask comma = 0;

    explicit block(const char* text)
    {
        for (int part = 0; part < 4; ++part) {
            const auto bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text) + part);
            const auto add = [&](mask& to, __m128i found) {
                to |= static_cast<mask>(static_cast<unsigned>(_mm_movemask_epi8(found))) << (16 * part);
            };
            const auto from_zero = _mm_sub_epi8(bytes, _mm_set1_epi8('0'));
            add(digit, _mm_cmpeq_epi8(_mm_min_epu8(from_zero, _mm_set1_epi8(9)), from_zero));
            add(zero, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('0')));
            add(point, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('.')));
            add(minus, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('-')));
            add(plus, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('+')));
            add(exponent, _mm_cmpeq_epi8(_mm_or_si128(bytes, _mm_set1_epi8(0x20)), _mm_set1_epi8('e')));
            add(comma, _mm_cmpeq_epi8(bytes, _mm_set1_epi8(',')));
        }
    }

    void keep(mask bits)
    {
        for (auto* each : {&digit, &zero, &point, &minus, &plus, &exponent, &comma}) *each &= bits;
    }
    [[nodiscard]] mask known() const { return digit | point | minus | plus | exponent | comma; }
};

/// What was one character before, over the borders of blocks.
class delayed {
public:
    explicit delayed(bool at_start = false) : last_{at_start} {}
    mask operator()(mask now)
    {
        const auto before = now << 1 | mask{last_};
        last_ = (now >> (block_size - 1)) != 0;
        return before;
    }

private:
    bool last_;
};

/// What stands directly behind a run of digits, of those runs that begin where `starts` says. An addition
/// carries each start through its run.
class behind_runs {
public:
    mask operator()(mask digits, mask starts)
    {
        mask sum = 0;
        const bool over = __builtin_add_overflow(digits, starts, &sum);
        const bool over_again = __builtin_add_overflow(sum, mask{goes_on_}, &sum);
        goes_on_ = over || over_again;
        return sum & ~digits;
    }

private:
    bool goes_on_ = false;
};

/// Thirty-two digits in a row, of which some may stand before a point.
bool has_long_run(mask digits)
{
    for (int width = 1; width <= 16; width *= 2) digits &= digits >> width;
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
    delayed comma_{true};  // the array begins as if behind a comma
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
