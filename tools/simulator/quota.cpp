#include "tools/simulator/quota.hpp"

#include <algorithm>
#include <cmath>

#include "tools/simulator/hash.hpp"

namespace simulator {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t foreign_calls_per_quota = 1'000;

}  // namespace

admission quota::admit(const charge& cost, time_point now)
{
    const std::lock_guard lock{mutex_};
    const auto [found, is_new] = meters_.try_emplace(cost.deployment, meter{.lets_in = quota_meter{rule_}});
    auto& which = found->second;
    if (is_new) which.counted_until = which.next_foreign = now;
    advance(which, now);

    admission verdict;
    verdict.refusal = which.lets_in.admit(limits_, cost.tokens, now);
    auto& count = which.count;
    if (!verdict.refusal) {
        which.tokens.charge(cost.tokens, now);
        ++count.admitted;
        count.admitted_tokens += cost.tokens;
    } else {
        ++(verdict.refusal->kind == quota_kind::tokens ? count.refused_for_tokens
                                                       : count.refused_for_requests);
    }
    verdict.headers = headers_of(which, now);
    return verdict;
}

header_list quota::headers_of(meter& which, time_point now) const
{
    const auto said = which.lets_in.state(limits_, now);
    header_list headers;
    const auto add = [&](const char* name, const std::optional<std::uint64_t>& value) {
        if (value) headers.emplace_back(name, std::to_string(*value));
    };
    add("x-ratelimit-limit-requests", said.limit_requests);
    add("x-ratelimit-remaining-requests", said.remaining_requests);
    add("x-ratelimit-limit-tokens", said.limit_tokens);
    add("x-ratelimit-remaining-tokens", said.remaining_tokens);
    if (said.utilization)
        headers.emplace_back("azure-openai-deployment-utilization",
                             std::to_string(100 * *said.utilization) + "%");
    return headers;
}

void quota::advance(meter& which, time_point now) const
{
    if (limits_.tokens_per_minute && limits_.foreign_share > 0) {
        const auto limit = *limits_.tokens_per_minute;
        const auto cost = std::max<std::uint64_t>(1, limit / foreign_calls_per_quota);
        for (; which.next_foreign <= now; which.next_foreign += foreign_gap(which)) {
            if (which.lets_in.admit(limits_, cost, which.next_foreign)) continue;
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
