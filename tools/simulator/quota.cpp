#include "tools/simulator/quota.hpp"

#include <algorithm>
#include <cmath>

#include "tools/simulator/hash.hpp"

namespace simulator {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t foreign_calls_per_quota = 1'000;
// What Azure answers to a request that no waiting can help.
constexpr std::chrono::nanoseconds for_ever = 24h;

std::uint64_t of_ten_seconds(std::uint64_t per_minute) { return (per_minute + 5) / 6; }

std::uint64_t left_of(std::uint64_t limit, std::uint64_t used) { return limit - std::min(limit, used); }

}  // namespace

admission quota::admit(const charge& cost, time_point now)
{
    const std::lock_guard lock{mutex_};
    const auto [found, is_new] = meters_.try_emplace(cost.deployment);
    auto& which = found->second;
    if (is_new) which.counted_until = which.next_foreign = now;
    advance(which, now);

    admission verdict;
    verdict.refusal = refuse(which, cost, now);
    auto& count = which.count;
    if (!verdict.refusal) {
        which.tokens.charge(cost.tokens, now);
        which.requests.charge(1, now);
        ++count.admitted;
        count.admitted_tokens += cost.tokens;
    } else {
        ++(verdict.refusal->kind == quota_kind::tokens ? count.refused_for_tokens
                                                       : count.refused_for_requests);
    }
    verdict.headers = headers_of(which, now);
    return verdict;
}

std::optional<quota_refusal> quota::refuse(meter& which, const charge& cost, time_point now) const
{
    if (const auto per_minute = limits_.requests_per_minute) {
        const auto limit = of_ten_seconds(*per_minute);
        const auto used = which.requests.used(now);
        if (used + 1 > limit)
            return quota_refusal{
                .kind = quota_kind::requests,
                .wait = limit == 0 ? for_ever : which.requests.falls_to(limit - 1, now) - now,
                .limit = *per_minute,
                .used = used,
                .requested = 1};
    }
    if (const auto limit = limits_.tokens_per_minute) {
        const auto used = which.tokens.used(now);
        if (used + cost.tokens > *limit)
            return quota_refusal{.kind = quota_kind::tokens,
                                 .wait = cost.tokens > *limit
                                             ? for_ever
                                             : which.tokens.falls_to(*limit - cost.tokens, now) - now,
                                 .limit = *limit,
                                 .used = used,
                                 .requested = cost.tokens};
    }
    return std::nullopt;
}

header_list quota::headers_of(meter& which, time_point now) const
{
    header_list headers;
    if (const auto limit = limits_.requests_per_minute) {
        const auto left = left_of(of_ten_seconds(*limit), which.requests.used(now));
        headers.emplace_back("x-ratelimit-limit-requests", std::to_string(*limit));
        headers.emplace_back("x-ratelimit-remaining-requests", std::to_string(left));
    }
    if (const auto limit = limits_.tokens_per_minute) {
        const auto left = left_of(*limit, which.tokens.used(now));
        headers.emplace_back("x-ratelimit-limit-tokens", std::to_string(*limit));
        headers.emplace_back("x-ratelimit-remaining-tokens", std::to_string(left));
    }
    return headers;
}

void quota::advance(meter& which, time_point now) const
{
    if (limits_.tokens_per_minute && limits_.foreign_share > 0) {
        const auto limit = *limits_.tokens_per_minute;
        const auto cost = std::max<std::uint64_t>(1, limit / foreign_calls_per_quota);
        for (; which.next_foreign <= now; which.next_foreign += foreign_gap(which)) {
            if (which.tokens.used(which.next_foreign) + cost > limit) continue;
            which.tokens.charge(cost, which.next_foreign);
            which.foreign.charge(cost, which.next_foreign);
            which.count.foreign_tokens += cost;
        }
    }
    add_up(which, now);
}

/// Between two calls of a Poisson process.
std::chrono::nanoseconds quota::foreign_gap(meter& which) const
{
    const auto drawn = unit_interval(mixed(seed_) + which.foreign_calls++);
    const auto calls_per_second = limits_.foreign_share * static_cast<double>(foreign_calls_per_quota) / 60;
    const std::chrono::duration<double> gap{-std::log1p(-drawn) / calls_per_second};
    return std::chrono::duration_cast<std::chrono::nanoseconds>(gap);
}

void quota::add_up(meter& which, time_point now) const
{
    const std::chrono::duration<double> passed = now - std::exchange(which.counted_until, now);
    const auto used = which.tokens.take_area(now);
    const auto foreign = which.foreign.take_area(now);
    if (!limits_.tokens_per_minute || *limits_.tokens_per_minute == 0) return;
    const auto limit = static_cast<double>(*limits_.tokens_per_minute);
    which.count.seconds += passed.count();
    which.count.full_seconds += used / limit;
    which.count.foreign_seconds += foreign / limit;
}

void quota::set(const quota_limits& limits, time_point now)
{
    const std::lock_guard lock{mutex_};
    for (auto& [name, which] : meters_) {
        advance(which, now);
        which.next_foreign = now;
    }
    limits_ = limits;
}

quota_limits quota::limits() const
{
    const std::lock_guard lock{mutex_};
    return limits_;
}

std::map<std::string, quota_count> quota::counts(time_point now)
{
    const std::lock_guard lock{mutex_};
    std::map<std::string, quota_count> all;
    for (auto& [name, which] : meters_) {
        advance(which, now);
        which.count.used_tokens = which.tokens.used(now);
        all.emplace(name, which.count);
    }
    return all;
}

}  // namespace simulator
