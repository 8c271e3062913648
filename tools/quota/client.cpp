#include "tools/quota/client.hpp"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "pipeline/circuit_breaker.hpp"
#include "pipeline/pacing.hpp"

namespace quota {
namespace {

using pipeline::allowance;
using pipeline::gate_reason;
using namespace std::chrono_literals;

/// The gates of a deployment that have to do with quota.
class paced_client final : public client {
public:
    explicit paced_client(const client_settings& known)
        : breaker_{known.seed}, pace_{known.quota, known.seed, known.start}
    {
        pace_.set_share(known.share, known.start);
    }

    allowance offer(const pipeline::charge_wish& wish, config::time_point now) override
    {
        const auto offered = breaker_.offer(wish, now);
        return offered.most == config::tokens{0} ? offered : pace_.offer(wish, now);
    }
    void take(config::tokens cost, config::time_point now) override
    {
        breaker_.take(cost, now);
        pace_.take(cost, now);
    }
    void settle(const pipeline::call_report& ended, config::time_point now) override
    {
        auto as_paced = ended;
        as_paced.paced = pace_.knows_a_limit();
        breaker_.settle(as_paced, now);
        pace_.settle(as_paced, now);
    }
    void set_share(double share, config::time_point now) override { pace_.set_share(share, now); }

private:
    pipeline::circuit_breaker breaker_;
    pipeline::pacing pace_;
};

/// Sixteen calls at once; after a refusal each waits on its own before the next.
class waiting_client final : public client {
public:
    waiting_client(const client_settings& known, bool obeys) : obeys_{obeys}, random_{known.seed} {}

    allowance offer(const pipeline::charge_wish&, config::time_point now) override
    {
        const auto next = std::min_element(
            slots_.begin(), slots_.end(), [](const slot& a, const slot& b) { return a.free_at < b.free_at; });
        if (next->free_at > now) return allowance::nothing_until(next->free_at, gate_reason::throttled);
        return allowance::everything();
    }
    void take(config::tokens, config::time_point now) override
    {
        const auto next = std::min_element(
            slots_.begin(), slots_.end(), [](const slot& a, const slot& b) { return a.free_at < b.free_at; });
        next->free_at = config::time_point::max();
        next->started_at = now;
    }
    void settle(const pipeline::call_report& ended, config::time_point now) override
    {
        const auto own = std::find_if(slots_.begin(), slots_.end(), [&](const slot& each) {
            return each.free_at == config::time_point::max() && each.started_at == ended.started_at;
        });
        own->failures = ended.why ? own->failures + 1 : 0;
        own->free_at = now;
        if (ended.why) own->free_at += pause(*ended.why, own->failures);
    }
    void set_share(double, config::time_point) override {}

private:
    struct slot {
        config::time_point free_at = config::time_point::min();
        config::time_point started_at;
        int failures = 0;
    };
    config::duration pause(const pipeline::failure& why, int failures)
    {
        if (obeys_ && why.retry_after()) return *why.retry_after();
        const auto ceiling = std::min(60.0, 0.5 * std::pow(2.0, failures));
        return std::chrono::duration_cast<config::duration>(
            std::chrono::duration<double>{std::uniform_real_distribution<double>{0, ceiling}(random_)});
    }

    bool obeys_;
    std::mt19937_64 random_;
    std::vector<slot> slots_ = std::vector<slot>(16);
};

/// A bucket of a minute's quota, starting full, of which each worker has its part; a pause of 15 s after a
/// refusal (OpenAI's cookbook, api_request_parallel_processor.py).
class bucket_client final : public client {
public:
    explicit bucket_client(const client_settings& known) : refilled_at_{known.start}
    {
        capacity_ = known.share *
                    static_cast<double>(known.quota.tokens_per_minute.value_or(config::tokens{}).count());
        level_ = capacity_;
    }

    allowance offer(const pipeline::charge_wish& wish, config::time_point now) override
    {
        if (now < paused_until_) return allowance::nothing_until(paused_until_, gate_reason::throttled);
        level_ = std::min(
            capacity_, level_ + capacity_ * std::chrono::duration<double>{now - refilled_at_}.count() / 60);
        refilled_at_ = now;
        const auto missing = static_cast<double>(wish.least.count()) - level_;
        if (missing <= 0) return allowance::everything();
        const std::chrono::duration<double> wait{missing / capacity_ * 60};
        return allowance::nothing_until(now + std::chrono::duration_cast<config::duration>(wait) + 1us,
                                        gate_reason::quota);
    }
    void take(config::tokens cost, config::time_point) override
    {
        level_ -= static_cast<double>(cost.count());
    }
    void settle(const pipeline::call_report& ended, config::time_point now) override
    {
        if (ended.why) paused_until_ = now + 15s;
    }
    void set_share(double share, config::time_point) override { (void)share; }

private:
    double capacity_ = 0;
    double level_ = 0;
    config::time_point refilled_at_;
    config::time_point paused_until_ = config::time_point::min();
};

}  // namespace

std::string_view name_of(strategy which)
{
    switch (which) {
        case strategy::pacing: return "pacing";
        case strategy::backoff: return "backoff";
        case strategy::retry_after: return "retry_after";
        case strategy::split_bucket: return "split_bucket";
    }
    return {};
}

std::unique_ptr<client> make_client(strategy which, const client_settings& known)
{
    switch (which) {
        case strategy::pacing: return std::make_unique<paced_client>(known);
        case strategy::backoff: return std::make_unique<waiting_client>(known, false);
        case strategy::retry_after: return std::make_unique<waiting_client>(known, true);
        case strategy::split_bucket: return std::make_unique<bucket_client>(known);
    }
    return nullptr;
}

}  // namespace quota
