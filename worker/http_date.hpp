#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace worker {

/// Reads an HTTP-date in any of its three forms (RFC 9110 §5.6.7): IMF-fixdate, RFC 850 and asctime.
/// `now` decides the century of RFC 850's two-digit year. Nothing where it is not a date. The name of the
/// weekday is not compared with the date.
[[nodiscard]] std::optional<std::chrono::sys_seconds> read_http_date(std::string_view text,
                                                                     std::chrono::sys_seconds now);

}  // namespace worker
