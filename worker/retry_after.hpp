#pragma once

#include <chrono>
#include <optional>

#include "config/units.hpp"
#include "worker/http_answer.hpp"

namespace worker {

/// The longest wait that is kept to. Azure and OpenAI name up to a minute for a quota of tokens or requests
/// per minute; where one is longer, asking again every two minutes costs next to nothing and notices at
/// once that it is over. The official OpenAI clients draw the line at the same place.
inline constexpr config::duration longest_retry_after = std::chrono::minutes{2};

/// A service that asks for more than this is not short of a quota per minute. `86400` is seen on free and
/// trial quotas that are used up for the day, for a request above the whole quota, and in odd states of the
/// service.
inline constexpr config::duration longest_throttling = std::chrono::minutes{10};

/// A wait above this is a mistake rather than a wish.
inline constexpr config::duration absurd_retry_after = std::chrono::hours{24 * 31};

/// How long the service asks us to stay away: the first usable one of `retry-after-ms`,
/// `x-ms-retry-after-ms` and `Retry-After` in seconds, with or without a fraction, or as an HTTP-date
/// (RFC 9110 §10.2.3), which is measured against the `Date` of the same answer where it has one, so that
/// our own clock may be wrong.
///
/// Nothing, which means unknown and leaves the pause to the caller, where no field is usable: missing,
/// empty, not a number, zero, negative, in the past or absurd. Zero in particular is not "at once": servers
/// send it while they refuse everything.
[[nodiscard]] std::optional<config::duration> asked_wait(const http_headers& headers,
                                                         std::chrono::sys_seconds now);

/// The same, cut to the longest wait that is kept to.
[[nodiscard]] std::optional<config::duration> retry_after(const http_headers& headers,
                                                          std::chrono::sys_seconds now);

}  // namespace worker
