#include "pipeline/job_deadline.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string_view>

#include "pipeline/header_lookup.hpp"
#include "pipeline/malformed.hpp"
#include "pipeline/rfc3339.hpp"

namespace pipeline {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view deadline_header = "batchmill-deadline";
constexpr std::string_view not_before_header = "batchmill-not-before";

/// Far enough to mean always or never, near enough to add to any time.
constexpr milliseconds farthest = std::chrono::hours{24 * 365 * 50};

config::duration between(std::int64_t unix_now_ms, std::int64_t unix_then_ms)
{
    const auto bound = farthest.count();
    const auto then = std::clamp(unix_then_ms, unix_now_ms - bound, unix_now_ms + bound);
    return milliseconds{then - unix_now_ms};
}

}  // namespace

result<config::time_point> job_deadline(const config::route_settings& route, const record& source,
                                        config::time_point now, std::int64_t unix_now_ms)
{
    if (last_header(source, not_before_header))
        return malformed("unsupported_header", "the header batchmill-not-before is not supported yet");

    if (const auto* wanted = last_header(source, deadline_header)) {
        const auto deadline_ms = read_rfc3339(wanted->value.value_or(""));
        if (!deadline_ms)
            return malformed(
                "malformed_deadline",
                "the header batchmill-deadline is no RFC 3339 time such as 2026-03-01T12:00:00Z");
        return now + between(unix_now_ms, *deadline_ms);
    }

    if (!route.deadline) return config::time_point::max();
    const auto allowed = std::min<config::duration>(*route.deadline, farthest);
    const auto& from = source.from;
    switch (route.deadline_from) {
        case config::deadline_start::read: return now + allowed;
        case config::deadline_start::timestamp:
            return from.timestamp_ms < 0 ? now + allowed
                                         : now + between(unix_now_ms, from.timestamp_ms) + allowed;
    }
    return config::time_point::max();
}

}  // namespace pipeline
