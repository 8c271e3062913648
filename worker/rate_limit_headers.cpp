#include "worker/rate_limit_headers.hpp"

#include <optional>
#include <string_view>

#include "worker/header_value.hpp"

namespace worker {

namespace {

// A provisioned deployment may be over its capacity for a moment. Ten times as much is a mistake.
constexpr double highest_utilization = 10;

struct meter_reading {
    std::optional<std::int64_t> limit;
    std::optional<std::int64_t> remaining;
};

meter_reading read_meter(std::string_view limit, std::string_view remaining)
{
    meter_reading read;
    if (const auto text = trimmed(limit); !text.empty()) {
        read.limit = read_number<std::int64_t>(text);
        if (!read.limit || *read.limit <= 0 || *read.limit > highest_limit) return {};
    }
    read.remaining = read_number<std::int64_t>(trimmed(remaining));
    if (read.remaining && (*read.remaining < 0 || *read.remaining > read.limit.value_or(highest_limit)))
        read.remaining.reset();
    return read;
}

std::optional<double> read_utilization(std::string_view text)
{
    text = trimmed(text);
    if (!text.ends_with('%')) return std::nullopt;
    text.remove_suffix(1);
    const auto percent = read_number<double>(trimmed(text));
    // Written so that NaN, which compares false with everything, is refused too.
    if (!percent || !(*percent >= 0 && *percent <= 100 * highest_utilization)) return std::nullopt;
    return *percent / 100;
}

}  // namespace

pipeline::quota_notice read_quota_notice(const http_headers& headers)
{
    const auto tokens =
        read_meter(headers.find("x-ratelimit-limit-tokens"), headers.find("x-ratelimit-remaining-tokens"));
    const auto requests = read_meter(headers.find("x-ratelimit-limit-requests"),
                                     headers.find("x-ratelimit-remaining-requests"));
    return {.limit_tokens = tokens.limit,
            .remaining_tokens = tokens.remaining,
            .limit_requests = requests.limit,
            .remaining_requests = requests.remaining,
            .utilization = read_utilization(headers.find("azure-openai-deployment-utilization"))};
}

}  // namespace worker
