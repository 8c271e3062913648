#include "pipeline/token_bucket.hpp"

#include <algorithm>
#include <cmath>

namespace pipeline {
namespace {

constexpr double charges_per_quota = 140;
constexpr double request_reserve = 1.2;  // of the tokens that each permitted request may have on average
constexpr double starting_seconds = 5;   // of quota: enough to begin, far from a second minute at once
constexpr std::chrono::duration<double> longest_wait{3600};  // a longer one may not fit a time point

}  // namespace

void token_bucket::bucket::gain(double units) { level = std::min(capacity, level + units); }

config::duration token_bucket::bucket::until(double wanted) const
{
    if (level >= wanted) return config::duration::zero();
    const std::chrono::duration<double> wait{(wanted - level) / per_second};
    if (wait > longest_wait) return std::chrono::duration_cast<config::duration>(longest_wait);
    // One tick more, so that asking at the promised time never finds the bucket a hair short.
    return std::chrono::duration_cast<config::duration>(wait) + config::duration{1};
}

token_bucket::token_bucket(const config::quota_settings& quota, config::time_point now) : refilled_at_{now}
{
    const auto filled = [](std::int64_t per_minute) {
        const auto capacity = static_cast<double>(per_minute);
        const auto per_second = capacity / 60;
        return bucket{per_second, capacity, std::min(capacity, per_second * starting_seconds)};
    };
    if (quota.tokens_per_minute) tokens_ = filled(quota.tokens_per_minute->count());
    if (quota.requests_per_minute) {
        requests_ = filled(quota.requests_per_minute->count());
        requests_->level = std::max(requests_->level, 1.0);
    }
    if (tokens_) {
        worthwhile_charge_ = tokens_->capacity / charges_per_quota;
        if (requests_) {
            const auto tokens_per_request = tokens_->capacity / requests_->capacity;
            worthwhile_charge_ = std::max(worthwhile_charge_, request_reserve * tokens_per_request);
        }
    }
}

allowance token_bucket::offer(const charge_wish& wish, config::time_point now)
{
    refill(now);
    if (requests_ && requests_->level < 1)
        return allowance::nothing_until(now + requests_->until(1), gate_reason::quota);

    auto offered = allowance::everything();
    if (!tokens_) return offered;
    const auto least = static_cast<double>(wish.least.count());
    const auto most = static_cast<double>(wish.most.count());
    const auto needed = std::min(tokens_->capacity, std::max(least, std::min(most, worthwhile_charge_)));
    if (tokens_->level < needed)
        return allowance::nothing_until(now + tokens_->until(needed), gate_reason::quota);

    offered.most = config::tokens{static_cast<std::int64_t>(tokens_->level)};
    offered.oversized_alone = tokens_->level >= tokens_->capacity;
    offered.reason = gate_reason::quota;
    return offered;
}

void token_bucket::take(config::tokens cost, config::time_point now)
{
    refill(now);
    if (tokens_) tokens_->level -= static_cast<double>(cost.count());
    if (requests_) requests_->level -= 1;
}

void token_bucket::settle(const call_report& ended, config::time_point now)
{
    refill(now);
    if (ended.why) return give_back(ended.reserved);
    if (!tokens_ || ended.billed_tokens <= 0) return;
    tokens_->gain(static_cast<double>(ended.reserved.count() - ended.billed_tokens));
}

void token_bucket::give_back(config::tokens reserved)
{
    if (!tokens_) return;
    const auto impossible = static_cast<double>(reserved.count()) - tokens_->capacity;
    if (impossible > 0) tokens_->gain(impossible);
}

void token_bucket::refill(config::time_point now)
{
    const std::chrono::duration<double> elapsed = now - refilled_at_;
    refilled_at_ = now;
    for (auto* each : {&tokens_, &requests_}) {
        if (*each) (*each)->gain(elapsed.count() * (*each)->per_second);
    }
}

}  // namespace pipeline
