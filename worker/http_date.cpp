#include "worker/http_date.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace worker {

namespace {

using namespace std::chrono;

constexpr std::array<std::string_view, 12> month_names{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> weekday_names{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 7> long_weekday_names{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                             "Thursday", "Friday", "Saturday"};

/// Reads a date piece by piece; once something does not fit, everything after it fails too.
class date_text {
public:
    explicit date_text(std::string_view text) : rest_{text} {}

    bool skip(std::string_view expected)
    {
        if (!rest_.starts_with(expected)) return fail();
        rest_.remove_prefix(expected.size());
        return true;
    }

    /// The index of the name that comes next.
    template <std::size_t N>
    std::size_t one_of(const std::array<std::string_view, N>& names)
    {
        const auto found = std::ranges::find_if(names, [this](auto name) { return rest_.starts_with(name); });
        if (found == names.end() || !skip(*found)) return fail();
        return static_cast<std::size_t>(found - names.begin());
    }

    /// Exactly so many digits.
    int digits(std::size_t count)
    {
        int value = 0;
        const auto text = rest_.substr(0, count);
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (text.size() < count || error != std::errc{} || end != text.data() + count || value < 0)
            return fail();
        rest_.remove_prefix(count);
        return value;
    }

    /// asctime pads the day with a space.
    int padded_day() { return rest_.starts_with(' ') && skip(" ") ? digits(1) : digits(2); }

    seconds time_of_day()
    {
        const auto hour = digits(2);
        skip(":");
        const auto minute = digits(2);
        skip(":");
        const auto second = digits(2);  // 60 in a leap second
        if (hour > 23 || minute > 59 || second > 60) fail();
        return hours{hour} + minutes{minute} + seconds{second};
    }

    [[nodiscard]] bool complete() const { return good_ && rest_.empty(); }

private:
    bool fail()
    {
        good_ = false;
        rest_ = {};
        return false;
    }

    std::string_view rest_;
    bool good_ = true;
};

std::optional<sys_seconds> assemble(const date_text& text, int in_year, std::size_t in_month, int on_day,
                                    seconds time)
{
    const auto date =
        year{in_year} / month{static_cast<unsigned>(in_month + 1)} / day{static_cast<unsigned>(on_day)};
    if (!text.complete() || !date.ok()) return std::nullopt;
    return sys_days{date} + time;
}

// Sun, 06 Nov 1994 08:49:37 GMT
std::optional<sys_seconds> read_imf_fixdate(date_text text)
{
    text.one_of(weekday_names);
    text.skip(", ");
    const auto on_day = text.digits(2);
    text.skip(" ");
    const auto in_month = text.one_of(month_names);
    text.skip(" ");
    const auto in_year = text.digits(4);
    text.skip(" ");
    const auto time = text.time_of_day();
    text.skip(" GMT");
    return assemble(text, in_year, in_month, on_day, time);
}

// Sunday, 06-Nov-94 08:49:37 GMT
std::optional<sys_seconds> read_rfc850_date(date_text text, sys_seconds now)
{
    text.one_of(long_weekday_names);
    text.skip(", ");
    const auto on_day = text.digits(2);
    text.skip("-");
    const auto in_month = text.one_of(month_names);
    text.skip("-");
    const auto two_digits = text.digits(2);
    text.skip(" ");
    const auto time = text.time_of_day();
    text.skip(" GMT");

    // RFC 9110: what would lie more than 50 years in the future is the latest such year in the past.
    const auto this_year = static_cast<int>(year_month_day{floor<days>(now)}.year());
    auto in_year = this_year - this_year % 100 + two_digits;
    if (in_year > this_year + 50) in_year -= 100;
    return assemble(text, in_year, in_month, on_day, time);
}

// Sun Nov  6 08:49:37 1994
std::optional<sys_seconds> read_asctime_date(date_text text)
{
    text.one_of(weekday_names);
    text.skip(" ");
    const auto in_month = text.one_of(month_names);
    text.skip(" ");
    const auto on_day = text.padded_day();
    text.skip(" ");
    const auto time = text.time_of_day();
    text.skip(" ");
    const auto in_year = text.digits(4);
    return assemble(text, in_year, in_month, on_day, time);
}

}  // namespace

std::optional<sys_seconds> read_http_date(std::string_view text, sys_seconds now)
{
    if (const auto date = read_imf_fixdate(date_text{text})) return date;
    if (const auto date = read_rfc850_date(date_text{text}, now)) return date;
    return read_asctime_date(date_text{text});
}

}  // namespace worker
