#include "pipeline/own_limit.hpp"

#include <algorithm>

#include "pipeline/quota_time.hpp"

namespace pipeline {
namespace {

// Rates are per second.
constexpr double slow_growth = 0.02;
constexpr double fast_growth = 0.12;
constexpr double decrease = 0.60;
constexpr double borrowers_decrease = 0.11;
constexpr double return_to_share = 0.005;
constexpr double return_while_idle = 0.001;
constexpr double growth_unheard = 0.0003;  // of the share; where the service says nothing of its limits
constexpr double growth_refilled = 0.01;   // of the limit
constexpr double much_room = 0.04;         // of the quota
constexpr double reserve = 0.015;          // of the quota, kept from what is lent at once
constexpr double patience_below_share = 3;
constexpr double growth_below_share = 0.5;
constexpr double patience = 10;  // seconds of much room before somebody counts as idle

}  // namespace

void own_limit::reset(double limit)
{
    limit_ = gliding_ = glide_began_at_ = limit;
    lendable_ = 0;
}

void own_limit::share_changed(double factor, double entitlement, double held)
{
    if (held == 0)
        limit_ = entitlement;
    else if (factor < 1)
        limit_ *= factor;
    gliding_ = glide_began_at_ = std::max(limit_, std::min(gliding_, held));
}

void own_limit::pass(const circumstances& seen, double passed)
{
    lendable_ = 0;
    auto most = seen.usable;
    if (seen.unused) {
        const auto part = std::clamp((*seen.unused - much_room) / 0.10, 0.0, 1.0);
        if (seen.wants_more && seen.held > 0.9 * limit_) limit_ += growth_refilled * part * limit_ * passed;
        most = 2 * seen.quota;
    } else if (!seen.others) {
        if (seen.wants_more && seen.held > 0.9 * limit_)
            limit_ += growth_unheard * seen.share * seen.quota * passed;
        if (limit_ < seen.entitlement)
            limit_ += passed * growth_below_share * (seen.entitlement - limit_) * 0.1;
    } else {
        if (seen.others->is_fresh)
            lendable_ = std::max(0.0, seen.usable - std::max(seen.others->usually, seen.others->in_a_minute) -
                                          seen.held - reserve * seen.quota);
        approach(seen, passed);
    }
    if (!seen.unused) limit_ += return_rate(seen) * passed * (seen.entitlement - limit_);
    if (!seen.wants_more) limit_ = std::min(limit_, std::max(seen.entitlement, 1.1 * seen.held));
    limit_ = std::clamp(limit_, std::min(most, std::max(seen.mean_charge, 0.02 * seen.entitlement)), most);
    glide(passed);
}

double own_limit::return_rate(const circumstances& seen) const
{
    if (!seen.others || limit_ < seen.entitlement) return return_while_idle;
    const auto idle = (1 - seen.share) * seen.usable - seen.others->now;
    const auto part = std::clamp(idle / (much_room * seen.quota), 0.0, 1.0);
    return return_to_share * (1 - part) + return_while_idle * part;
}

void own_limit::approach(const circumstances& seen, double passed)
{
    const auto full = seen.held > 0.95 * limit_;
    const auto room = seen.usable - seen.others->in_a_minute - (full ? seen.held : limit_);
    if (room > 0 && seen.wants_more) {
        seconds_of_room_ = room > much_room * seen.quota ? seconds_of_room_ + passed : 0;
        const auto is_long = seconds_of_room_ >= patience;
        const auto part = seen.held / std::max(1.0, seen.others->now + seen.held);
        auto rate = is_long ? fast_growth * std::max(seen.share, 0.8 * part) : slow_growth * seen.share;
        if (limit_ < seen.entitlement) rate = std::max(2 * rate, 0.05 * seen.share);
        limit_ += passed * rate * (is_long ? room : std::min(room, much_room * seen.quota));
        if (seconds_of_room_ >= patience_below_share && limit_ < seen.entitlement)
            limit_ += passed * growth_below_share * std::min(room, seen.entitlement - limit_);
        return;
    }
    seconds_of_room_ = 0;
    give_way(seen, passed);
}

void own_limit::give_way(const circumstances& seen, double passed)
{
    const auto overdrawn = seen.others->now + seen.held - seen.usable;
    if (overdrawn <= 0) return;
    if (limit_ > 1.1 * seen.entitlement) {
        limit_ -= (limit_ - seen.entitlement) * borrowers_decrease *
                  std::min(1.0, overdrawn / (0.01 * seen.quota)) * passed;
    } else if (seen.held <= 1.02 * limit_) {
        const auto part = seen.held / std::max(1.0, seen.others->now + seen.held);
        const auto borrowed = limit_ > 1.02 * seen.entitlement ? 1.0 : 0.5;
        limit_ -= decrease * passed * overdrawn * std::max(seen.share / 2, part) * borrowed;
    }
}

void own_limit::refused(const circumstances& seen)
{
    const auto is_borrowing = limit_ > seen.entitlement;
    if (seen.unused)
        limit_ *= is_borrowing ? 0.97 : 0.99;
    else if (!seen.others)
        limit_ *= is_borrowing ? 0.96 : 0.995;
}

void own_limit::glide(double passed)
{
    if (limit_ >= gliding_) {
        gliding_ = glide_began_at_ = limit_;
        return;
    }
    gliding_ = std::max(limit_, gliding_ - passed * (glide_began_at_ - limit_) / seconds_a_minute);
}

}  // namespace pipeline
