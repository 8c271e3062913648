#pragma once

#include <chrono>
#include <compare>
#include <cstdint>

/// What an operator may set, and the units it is set in. Knows nothing of the other folders.
namespace config {

/// A whole number that knows what it counts: tokens, bytes and requests all end up in the same
/// sums of a scheduler, and a mix-up there compiles silently with bare integers.
/// count() is the only way back to one.
template <class Unit>
class quantity {
public:
    constexpr quantity() = default;
    constexpr explicit quantity(std::int64_t count) : count_{count} {}

    [[nodiscard]] constexpr std::int64_t count() const { return count_; }

    constexpr quantity& operator+=(quantity other)
    {
        count_ += other.count_;
        return *this;
    }
    constexpr quantity& operator-=(quantity other)
    {
        count_ -= other.count_;
        return *this;
    }
    friend constexpr quantity operator+(quantity a, quantity b) { return a += b; }
    friend constexpr quantity operator-(quantity a, quantity b) { return a -= b; }
    friend constexpr auto operator<=>(quantity, quantity) = default;

private:
    std::int64_t count_ = 0;
};

using tokens = quantity<struct token_unit>;
using bytes = quantity<struct byte_unit>;
using requests = quantity<struct request_unit>;

/// The one clock the program plans with. Wall time appears only in logs and in what is published.
using clock = std::chrono::steady_clock;
using duration = clock::duration;
using time_point = clock::time_point;

namespace literals {
constexpr tokens operator""_tok(unsigned long long n) { return tokens{static_cast<std::int64_t>(n)}; }
constexpr bytes operator""_B(unsigned long long n) { return bytes{static_cast<std::int64_t>(n)}; }
constexpr bytes operator""_KiB(unsigned long long n) { return bytes{static_cast<std::int64_t>(n) * 1024}; }
constexpr bytes operator""_MiB(unsigned long long n)
{
    return bytes{static_cast<std::int64_t>(n) * 1024 * 1024};
}
constexpr requests operator""_req(unsigned long long n) { return requests{static_cast<std::int64_t>(n)}; }
}  // namespace literals

}  // namespace config
