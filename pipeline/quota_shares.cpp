#include "pipeline/quota_shares.hpp"

#include <algorithm>

namespace pipeline {
namespace {

using namespace std::chrono_literals;

// What services count tokens over: Azure's rolling minute, and no longer where the rule is another one.
constexpr config::duration window = 1min;

bool have_one_quota(const config::deployment_settings& a, const config::deployment_settings& b)
{
    return a.name == b.name || (a.pool && a.pool == b.pool);
}

}  // namespace

quota_shares::quota_shares(const config::settings& settings)
{
    for (const auto& each : settings.deployments) {
        auto& user = deployments_.emplace_back(quota_user{each.quota.share, {}, {}});
        for (const auto& route : settings.routes) {
            const auto& served_by = route.deployments;
            if (std::none_of(served_by.begin(), served_by.end(), [&](const std::string& name) {
                    return have_one_quota(each, settings.deployment(name));
                }))
                continue;
            for (const auto& topic : route.from) user.inputs.emplace_back(route.group, topic);
        }
    }
}

void quota_shares::assigned(std::string_view group, const partition_holdings& topics, config::time_point now)
{
    held_.insert_or_assign(std::string{group}, topics);
    for (auto& each : deployments_) reckon(each, now);
}

void quota_shares::reckon(quota_user& user, config::time_point now) const
{
    std::int64_t ours = 0;
    std::int64_t all = 0;
    for (const auto& [group, topic] : user.inputs) {
        const auto joined = held_.find(group);
        if (joined == held_.end()) continue;
        const auto found = joined->second.find(topic);
        if (found == joined->second.end()) continue;
        ours += found->second.ours;
        // What is said of a topic may be older than what was dealt out.
        all += std::max(found->second.ours, found->second.all);
    }
    if (all == 0) return;

    const auto part = static_cast<double>(std::max<std::int64_t>(ours, 1)) / static_cast<double>(all);
    auto& history = user.history;
    if (!history.empty()) history.back().until = now;
    // Neither can be the least of any minute that still counts: one is too old, the other not less than the
    // new.
    std::erase_if(history,
                  [&](const entitlement& each) { return each.part >= part || each.until <= now - window; });
    history.push_back({part});
}

const quota_shares::entitlement* quota_shares::binding(const quota_user& user, config::time_point now)
{
    const auto& history = user.history;
    const auto found = std::find_if(history.begin(), history.end(),
                                    [&](const entitlement& each) { return each.until > now - window; });
    return found == history.end() ? nullptr : &*found;
}

double quota_shares::share(std::size_t deployment, config::time_point now) const
{
    const auto& user = deployments_.at(deployment);
    const auto* least = binding(user, now);
    return user.configured * (least == nullptr ? 1 : least->part);
}

double quota_shares::entitled(std::size_t deployment) const
{
    const auto& user = deployments_.at(deployment);
    return user.configured * (user.history.empty() ? 1 : user.history.back().part);
}

config::time_point quota_shares::next_rise(config::time_point now) const
{
    auto next = config::time_point::max();
    for (const auto& each : deployments_) {
        const auto* least = binding(each, now);
        if (least != nullptr && least->until != config::time_point::max())
            next = std::min(next, least->until + window);
    }
    return next;
}

}  // namespace pipeline
