#include "pipeline/fair_shares.hpp"

#include <algorithm>

#include "pipeline/route.hpp"

namespace pipeline {
namespace {

constexpr std::array<double, 2> weights_of_priorities{4, 1};  // interactive, bulk

std::size_t class_of(config::route_priority priority)
{
    return priority == config::route_priority::interactive ? 0 : 1;
}

}  // namespace

fair_shares::account& fair_shares::of(const route& way)
{
    const auto known = accounts_.find(&way);
    if (known != accounts_.end()) return known->second;
    const auto& settings = way.settings();
    const account fresh{class_of(settings.priority), static_cast<double>(settings.weight)};
    return accounts_.emplace(&way, fresh).first->second;
}

fair_shares::turn fair_shares::turn_of(const account& one) const
{
    const auto& its = classes_[one.priority];
    return {std::max(its.clock, present_), std::max(one.clock, its.present)};
}

void fair_shares::sent(account& by, config::tokens cost)
{
    const auto [of_priority, of_route] = turn_of(by);
    const auto tokens = static_cast<double>(cost.count());
    auto& its = classes_[by.priority];
    present_ = of_priority;
    its.clock = of_priority + tokens / weights_of_priorities[by.priority];
    its.present = of_route;
    by.clock = of_route + tokens / by.weight;
}

}  // namespace pipeline
