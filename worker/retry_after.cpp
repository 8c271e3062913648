#include "worker/retry_after.hpp"

#include <algorithm>
#include <string_view>

#include "worker/header_value.hpp"
#include "worker/http_date.hpp"

namespace worker {

namespace {

using seconds = std::chrono::duration<double>;

std::optional<config::duration> usable(seconds wait)
{
    // Written so that NaN, which compares false with everything, is refused too.
    if (!(wait > seconds::zero() && wait <= seconds{absurd_retry_after})) return std::nullopt;
    return std::chrono::ceil<config::duration>(wait);
}

std::optional<config::duration> from_milliseconds(std::string_view text)
{
    const auto number = read_number<double>(trimmed(text));
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

std::optional<config::duration> asked_wait(const http_headers& headers, std::chrono::sys_seconds now)
{
    if (const auto wait = from_milliseconds(headers.find("retry-after-ms"))) return wait;
    if (const auto wait = from_milliseconds(headers.find("x-ms-retry-after-ms"))) return wait;

    const auto text = trimmed(headers.find("retry-after"));
    if (const auto number = read_number<double>(text)) return usable(seconds{*number});
    return from_date(text, headers, now);
}

std::optional<config::duration> retry_after(const http_headers& headers, std::chrono::sys_seconds now)
{
    const auto asked = asked_wait(headers, now);
    if (!asked) return std::nullopt;
    return std::min(*asked, longest_retry_after);
}

}  // namespace worker
