#include "pipeline/pacing.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "pipeline/quota_time.hpp"

namespace pipeline {
namespace {

using namespace std::chrono_literals;

// Found by simulation, as those of the parts are (tools/bench quota).
constexpr double charges_per_quota = 140;
constexpr double request_reserve = 1.2;      // of the tokens that each permitted request may have on average
constexpr double overpace = 0.05;            // a gap is made good, but not by a burst
constexpr double overpace_at_first = 0.005;  // nothing leaves the window yet
constexpr double charges_of_credit = 5;      // what did not fit for a moment is caught up with
constexpr double oldest_waits_seconds = 3;   // while smaller ones pass; longer for a charge that takes longer
constexpr config::duration first_minute = 62s;
constexpr config::duration control_interval = 20ms;
constexpr config::duration longest_wait = 250ms;  // limits move while one waits
constexpr config::duration idle_after = 5s;
constexpr config::duration oldest_news = 8s;

}  // namespace

pacing::pacing(const config::quota_settings& quota, std::uint64_t seed, config::time_point now)
    : configured_{quota},
      random_{static_cast<std::minstd_rand::result_type>(seed)},
      requests_{now},
      began_at_{now},
      advanced_at_{now},
      paid_at_{now},
      asked_at_{now}
{
    if (quota.tokens_per_minute) set_limit(static_cast<double>(quota.tokens_per_minute->count()));
    if (quota.requests_per_minute)
        requests_.set_limit(static_cast<double>(quota.requests_per_minute->count()));
}

allowance pacing::offer(const charge_wish& wish, config::time_point now)
{
    advance(now);
    asked_at_ = now;
    if (const auto when = requests_.opens_at(now); when > now)
        return allowance::nothing_until(when, gate_reason::quota);
    auto offered = allowance::everything();
    if (!limit_) return offered;

    // Where enough lies idle for all that waits it is lent at once, and at its pace.
    const auto waiting = static_cast<double>(wish.waiting.count());
    lent_ = now - began_at_ > first_minute && waiting <= 2 * own_.lendable() ? own_.lendable() : 0;
    if (credit_ < 0) return nothing_until(now + no_shorter_than(-credit_ / per_second()));

    const auto held = static_cast<double>(charges_.in_window(now));
    const auto free = room(held, now);
    const auto least = static_cast<double>(wish.least.count());
    const auto most = static_cast<double>(wish.most.count());
    const auto worthwhile = worthwhile_charge();
    const auto needed = std::min(std::max(least, std::min(most, worthwhile)), own_.now() + lent_);
    if (free < needed && !may_pass_over_oldest(wish, free, now)) {
        const auto missing = static_cast<std::int64_t>(std::max(0.0, needed - free)) + 1;
        return nothing_until(std::min(charges_.when_left(missing), now + longest_wait));
    }
    if (free >= least) oldest_waits_since_ = config::time_point::max();
    offered.most =
        config::tokens{static_cast<std::int64_t>(std::min(free, std::max(needed, credit_ + worthwhile)))};
    offered.oversized_alone = free >= needed && least > needed;
    offered.reason = gate_reason::quota;
    return offered;
}

double pacing::room(double held, config::time_point now) const
{
    const auto own = own_.now() + lent_ - held;
    if (refill_.refills(now)) return own;
    const auto others = others_.at(now, (1 - share_) * usable(), *limit_);
    return others ? std::min(own, *limit_ * (1 - margin_now_ / 2) - others->now - held) : own;
}

bool pacing::may_pass_over_oldest(const charge_wish& wish, double room, config::time_point now)
{
    oldest_waits_since_ = std::min(oldest_waits_since_, now);
    const auto least = static_cast<double>(wish.least.count());
    if (wish.smallest >= wish.least || room < static_cast<double>(wish.smallest.count()) || room >= least)
        return false;
    const auto patience = oldest_waits_seconds * std::max(1.0, least / per_second());
    return seconds_between(oldest_waits_since_, now) < patience;
}

allowance pacing::nothing_until(config::time_point when)
{
    waits_until_ = when;
    return allowance::nothing_until(when, gate_reason::quota);
}

void pacing::take(config::tokens cost, config::time_point now)
{
    advance(now);
    requests_.take(now);
    const auto whole = limit_ ? static_cast<std::int64_t>(*limit_) : cost.count();
    const config::tokens charged{std::min(cost.count(), whole)};
    charges_.add(charged, now);
    margin_.charged(static_cast<double>(charged.count()));
    if (limit_) credit_ -= static_cast<double>(charged.count());
}

void pacing::settle(const call_report& ended, config::time_point now)
{
    advance(now);
    learn(ended, now);
    if (ended.why && ended.why->reason() == errc::throttled) refused(ended, now);
}

void pacing::set_share(double share, config::time_point now)
{
    assert(share > 0 && share <= 1);
    if (share == share_) return;
    advance(now);
    const auto factor = share / share_;
    share_ = share;
    requests_.set_share(share);
    if (!limit_) return;
    const auto held = static_cast<double>(charges_.in_window(now));
    own_.share_changed(factor, share_ * usable(), held);
    // Workers that start together would send together.
    if (held == 0 && share < 1)
        credit_ = -per_second() * std::uniform_real_distribution<double>{0, 1}(random_);
}

void pacing::advance(config::time_point now)
{
    if (!limit_) return;
    pay(now);
    const auto passed = seconds_between(advanced_at_, now);
    if (now - advanced_at_ < control_interval) return;
    advanced_at_ = now;
    margin_.pass(passed);
    margin_now_ = margin_.part_of(*limit_, share_, others_.deviation());
    own_.pass(circumstances(now), std::min(1.0, passed));
}

void pacing::pay(config::time_point now)
{
    const auto rate = per_second();
    const auto mean = margin_.mean_charge();
    const auto most = now - asked_at_ > idle_after ? mean : std::max({rate, charges_of_credit * mean, lent_});
    credit_ = std::min(most, credit_ + seconds_between(paid_at_, now) * rate);
    paid_at_ = now;
}

double pacing::per_second() const
{
    const auto above = paid_at_ - began_at_ < first_minute ? overpace_at_first : overpace;
    return (own_.steady() + lent_) / seconds_a_minute * (1 + above);
}

double pacing::worthwhile_charge() const
{
    const auto smooth = *limit_ * std::sqrt(share_) / charges_per_quota;
    return requests_.limit() ? std::max(smooth, request_reserve * *limit_ / *requests_.limit()) : smooth;
}

own_limit::circumstances pacing::circumstances(config::time_point now)
{
    return {.usable = usable(),
            .quota = *limit_,
            .entitlement = share_ * usable(),
            .share = share_,
            .held = static_cast<double>(charges_.in_window(now)),
            .others = others_.at(now, (1 - share_) * usable(), *limit_),
            .unused = refill_.refills(now) ? std::optional{refill_.unused()} : std::nullopt,
            .wants_more = waits_until_ + 1s > now,
            .mean_charge = margin_.mean_charge()};
}

void pacing::learn(const call_report& ended, config::time_point now)
{
    if (!ended.notice) return;
    const auto& said = *ended.notice;
    if (said.limit_tokens) {
        const auto told = static_cast<double>(*said.limit_tokens);
        const auto ours = configured_.tokens_per_minute;
        set_limit(ours ? std::min(told, static_cast<double>(ours->count())) : told);
    }
    if (said.limit_requests) {
        const auto told = static_cast<double>(*said.limit_requests);
        const auto ours = configured_.requests_per_minute;
        requests_.set_limit(ours ? std::min(told, static_cast<double>(ours->count())) : told);
    }
    if (ended.why) return;  // what is left says little where a call was refused: it did not fit
    if (said.remaining_requests) requests_.observe(static_cast<double>(*said.remaining_requests), now);
    if (!limit_) return;
    const auto whole = said.limit_tokens ? static_cast<double>(*said.limit_tokens) : *limit_;
    if (said.remaining_tokens)
        learn_remaining(whole, static_cast<double>(*said.remaining_tokens), ended, now);
    else if (said.utilization)
        learn_remaining(whole, whole * (1 - *said.utilization), ended, now);
}

void pacing::learn_remaining(double limit, double remaining, const call_report& from, config::time_point now)
{
    if (now - from.started_at > oldest_news) return;
    const auto used = limit - remaining - static_cast<double>(charges_.counted_at(from.started_at));
    refill_.observe(used / limit, remaining / limit, from.started_at, now);
    // Where we may use only a part of the limit, the rest is not ours to borrow from, and who else is within
    // our part cannot be told.
    const auto outside = limit - *limit_;
    const auto within = outside > 0 ? std::min(used, std::max(used - outside, (1 - share_) * *limit_)) : used;
    others_.observe(within, from.started_at);
}

void pacing::set_limit(double tokens)
{
    if (limit_ == tokens) return;
    if (!limit_) {
        own_.reset(share_ * tokens);
    } else {
        own_.quota_changed(tokens / *limit_);
        others_.forget();
        if (tokens < *limit_) credit_ = std::min(credit_, 0.0);
    }
    limit_ = tokens;
    margin_now_ = margin_.part_of(tokens, share_, others_.deviation());
}

void pacing::refused(const call_report& ended, config::time_point now)
{
    credit_ = std::min(credit_, 0.0);
    if (ended.why->limit() == limit_kind::requests) return requests_.refused();
    if (!limit_) return;
    margin_.refused();
    const auto held = static_cast<double>(charges_.in_window(now));
    others_.at_least(*limit_ - static_cast<double>(ended.reserved.count()) - held, ended.started_at);
    own_.refused(circumstances(now));
}

}  // namespace pipeline
