#include "worker/retry_after.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>

#include "worker/http_date.hpp"

namespace worker {

namespace {

using seconds = std::chrono::duration<double>;

std::string_view trimmed(std::string_view text)
{
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::optional<double> read_number(std::string_view text)
{
    double value = 0;
    const auto* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || stopped != end) return std::nullopt;
    return value;
}

std::optional<config::duration> usable(seconds wait)
{
    // Written so that NaN, which compares false with everything, is refused too.
    if (!(wait > seconds::zero() && wait <= seconds{absurd_retry_after})) return std::nullopt;
    return std::min(std::chrono::ceil<config::duration>(wait), longest_retry_after);
}

std::optional<config::duration> from_milliseconds(std::string_view text)
{
    const auto number = read_number(trimmed(text));
    return number ? usable(seconds{*number / 1000}) : std::nullopt;
}

std::optional<config::duration> from_date(std::string_view text, const http_headers& headers,
                                          std::chrono::sys_seconds now)
{
    const auto until = read_http_date(text, now);
    if (!until) return std::nullopt;
    return usable(*until - read_http_date(trimmed(headers.find("date")), now).value_or(now));
}

}  // namespace

std::optional<config::duration> retry_after(const http_headers& headers, std::chrono::sys_seconds now)
{
    if (const auto wait = from_milliseconds(headers.find("retry-after-ms"))) return wait;
    if (const auto wait = from_milliseconds(headers.find("x-ms-retry-after-ms"))) return wait;

    const auto text = trimmed(headers.find("retry-after"));
    if (const auto number = read_number(text)) return usable(seconds{*number});
    return from_date(text, headers, now);
}

}  // namespace worker
