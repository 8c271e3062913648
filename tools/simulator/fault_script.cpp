#include "tools/simulator/fault_script.hpp"

#include <algorithm>

#include "tools/simulator/hash.hpp"

namespace simulator {
namespace {

/// The input that the condition looks for; nothing where there is none.
std::optional<std::size_t> find_target(const fault_condition& when, const call& asked)
{
    if (when.input_contains.empty()) return 0;
    const auto found = std::ranges::find_if(asked.inputs, [&](const input& each) {
        return each.text.find(when.input_contains) != std::string::npos;
    });
    if (found == asked.inputs.end()) return std::nullopt;
    return static_cast<std::size_t>(found - asked.inputs.begin());
}

bool is_for(const fault_condition& when, operation asks, std::string_view deployment, const call& asked)
{
    if (when.asks && *when.asks != asks) return false;
    if (!when.deployment.empty() && when.deployment != deployment) return false;
    return asked.inputs.size() >= when.min_inputs;
}

/// `count` is the number of the request among those that the rule is for, from one.
bool is_due(const fault_condition& when, std::uint64_t count)
{
    if (when.request != 0 && count != when.request) return false;
    if (when.first != 0 && count > when.first) return false;
    if (count % when.every != 0) return false;
    return when.probability >= 1 || unit_interval(mixed(when.seed) + count) < when.probability;
}

}  // namespace

void fault_script::set(std::vector<fault_rule> rules)
{
    std::vector<counted_rule> counted;
    for (auto& each : rules) counted.push_back({.rule = std::move(each)});
    const std::lock_guard lock{mutex_};
    rules_ = std::move(counted);
}

std::optional<fault_script::verdict> fault_script::judge(operation asks, std::string_view deployment,
                                                         const call& asked)
{
    std::optional<verdict> chosen;
    const std::lock_guard lock{mutex_};
    for (auto& [rule, seen] : rules_) {
        if (!is_for(rule.when, asks, deployment, asked)) continue;
        const auto target = find_target(rule.when, asked);
        if (!target) continue;
        ++seen;
        if (!chosen && is_due(rule.when, seen)) chosen = verdict{.then = rule.then, .target = *target};
    }
    return chosen;
}

}  // namespace simulator
