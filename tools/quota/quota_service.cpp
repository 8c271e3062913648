#include "tools/quota/quota_service.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace quota {
namespace {

using seconds = std::chrono::duration<double>;

simulator::quota_meter::time_point at(double now)
{
    return simulator::quota_meter::time_point{std::chrono::round<std::chrono::nanoseconds>(seconds{now})};
}

std::optional<std::int64_t> count(const std::optional<std::uint64_t>& said)
{
    if (!said) return std::nullopt;
    return static_cast<std::int64_t>(*said);
}

}  // namespace

quota_service::quota_service(const service_settings& settings)
    : settings_{settings},
      meter_{{.counts = settings.counts,
              .charges_refused = settings.refused_count,
              .part_returned = settings.part_returned}}
{}

admission quota_service::admit(std::int64_t charge, double now)
{
    const auto refusal = meter_.admit(limits(), static_cast<std::uint64_t>(charge), at(now));
    admission given{.admitted = !refusal, .notice = {}};
    if (refusal) {
        given.of_requests = refusal->kind == simulator::quota_kind::requests;
        given.retry_after =
            std::clamp(std::ceil(seconds{refusal->wait}.count()), 1.0, settings_.longest_retry_after);
    }
    if (settings_.tells_limits) {
        const auto said = meter_.state(limits(), at(now));
        given.notice = {.limit_tokens = count(said.limit_tokens),
                        .remaining_tokens = count(said.remaining_tokens),
                        .limit_requests = count(said.limit_requests),
                        .remaining_requests = count(said.remaining_requests),
                        .utilization = said.utilization};
    }
    return given;
}

void quota_service::ended(std::int64_t charge, double now)
{
    meter_.ended(limits(), static_cast<std::uint64_t>(charge), at(now));
}

simulator::quota_limits quota_service::limits() const
{
    return {.tokens_per_minute = static_cast<std::uint64_t>(std::llround(tokens_per_minute())),
            .requests_per_minute = static_cast<std::uint64_t>(std::llround(requests_per_minute()))};
}

}  // namespace quota
