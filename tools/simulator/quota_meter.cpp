#include "tools/simulator/quota_meter.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace simulator {
namespace {

using namespace std::chrono_literals;

using seconds = std::chrono::duration<double>;

constexpr seconds minute = 60s;
// What a provisioned deployment takes at once: so much of a minute's tokens.
constexpr double burst = 15 / 60.0;
// What Azure answers to a request that no waiting can help.
constexpr std::chrono::nanoseconds for_ever = 24h;

std::uint64_t of_ten_seconds(std::uint64_t per_minute) { return (per_minute + 5) / 6; }

std::uint64_t left_of(std::uint64_t limit, std::uint64_t used) { return limit - std::min(limit, used); }

std::chrono::nanoseconds rounded(seconds wait)
{
    return std::chrono::ceil<std::chrono::nanoseconds>(std::max(wait, seconds{0}));
}

}  // namespace

std::optional<quota_refusal> quota_meter::admit(const quota_limits& limits, std::uint64_t tokens,
                                                time_point now)
{
    pass(limits, now);
    const auto refusal = refuse(limits, tokens, now);
    if (!refusal || rule_.charges_refused) {
        charges_.charge(tokens, now);
        requests_.charge(1, now);
        level_ += static_cast<double>(tokens);
    }
    return refusal;
}

void quota_meter::ended(const quota_limits& limits, std::uint64_t tokens, time_point now)
{
    pass(limits, now);
    if (rule_.counts == token_counting::provisioned)
        level_ = std::max(0.0, level_ - rule_.part_returned * static_cast<double>(tokens));
}

void quota_meter::pass(const quota_limits& limits, time_point now)
{
    const seconds passed = now - passed_until_;
    if (rule_.counts == token_counting::fixed_minute) {
        if (now.time_since_epoch() / 60s > passed_until_.time_since_epoch() / 60s) level_ = 0;
    } else if (limits.tokens_per_minute) {
        level_ = std::max(0.0, level_ - static_cast<double>(*limits.tokens_per_minute) * (passed / minute));
    } else {
        level_ = 0;
    }
    passed_until_ = now;
}

double quota_meter::used(time_point now)
{
    return rule_.counts == token_counting::rolling_minute ? static_cast<double>(charges_.used(now)) : level_;
}

std::optional<quota_refusal> quota_meter::refuse(const quota_limits& limits, std::uint64_t tokens,
                                                 time_point now)
{
    if (const auto per_minute = limits.requests_per_minute) {
        const auto limit = of_ten_seconds(*per_minute);
        const auto so_far = requests_.used(now);
        if (so_far + 1 > limit)
            return quota_refusal{.kind = quota_kind::requests,
                                 .wait = limit == 0 ? for_ever : requests_.falls_to(limit - 1, now) - now,
                                 .limit = *per_minute,
                                 .used = so_far,
                                 .requested = 1};
    }
    if (const auto limit = limits.tokens_per_minute) {
        const auto so_far = used(now);
        const auto most = static_cast<double>(*limit);
        const bool fits = rule_.counts == token_counting::provisioned
                              ? so_far < most * burst
                              : so_far + static_cast<double>(tokens) <= most;
        if (!fits)
            return quota_refusal{.kind = quota_kind::tokens,
                                 .wait = wait_for(*limit, tokens, now),
                                 .limit = *limit,
                                 .used = static_cast<std::uint64_t>(std::llround(so_far)),
                                 .requested = tokens};
    }
    return std::nullopt;
}

std::chrono::nanoseconds quota_meter::wait_for(std::uint64_t limit, std::uint64_t tokens, time_point now)
{
    const auto a_second = static_cast<double>(limit) / minute.count();
    if (rule_.counts == token_counting::provisioned)
        return limit == 0 ? for_ever
                          : rounded(seconds{(level_ - static_cast<double>(limit) * burst) / a_second});
    if (tokens > limit) return for_ever;
    switch (rule_.counts) {
        case token_counting::rolling_minute: return charges_.falls_to(limit - tokens, now) - now;
        case token_counting::fixed_minute: return 60s - now.time_since_epoch() % 60s;
        case token_counting::token_bucket:
        case token_counting::provisioned: break;
    }
    return rounded(seconds{(level_ - static_cast<double>(limit - tokens)) / a_second});
}

quota_state quota_meter::state(const quota_limits& limits, time_point now)
{
    pass(limits, now);
    quota_state said;
    if (const auto limit = limits.tokens_per_minute; rule_.counts == token_counting::provisioned) {
        // Such a deployment names no limits.
        if (limit && *limit > 0) said.utilization = level_ / (static_cast<double>(*limit) * burst);
        return said;
    }
    if (const auto limit = limits.requests_per_minute) {
        said.limit_requests = limit;
        said.remaining_requests = left_of(of_ten_seconds(*limit), requests_.used(now));
    }
    if (const auto limit = limits.tokens_per_minute) {
        said.limit_tokens = limit;
        said.remaining_tokens = left_of(*limit, static_cast<std::uint64_t>(std::ceil(used(now))));
    }
    return said;
}

}  // namespace simulator
