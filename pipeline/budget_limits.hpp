#pragma once

#include <cstddef>

#include "config/settings.hpp"

namespace pipeline {

/// What may be held at once.
struct budget_limits {
    std::size_t records = 0;          ///< read but not finished
    config::bytes record_bytes;       ///< that they and their outcomes hold
    config::bytes unpublished_bytes;  ///< that outcomes on their way to the brokers hold
};

/// An outcome that waits behind the producer's queue gains nothing by waiting in memory, and memory that is
/// cold costs: a sixteenth of the budget keeps that queue full. Exactly once, outcomes are kept until their
/// transaction is committed, so that it needs room for a fifth of a second at full speed (tens of megabytes),
/// and as much again for the next one.
[[nodiscard]] constexpr budget_limits limits_of(const config::budget_settings& budgets,
                                                config::delivery_rule delivery)
{
    const auto share = delivery == config::delivery_rule::exactly_once ? 4 : 16;
    return {budgets.records, budgets.record_bytes, config::bytes{budgets.record_bytes.count() / share}};
}

/// The outcomes of one transaction at most: the other half is for the next one.
[[nodiscard]] constexpr config::bytes transaction_bytes(const budget_limits& limits)
{
    return config::bytes{limits.unpublished_bytes.count() / 2};
}

}  // namespace pipeline
