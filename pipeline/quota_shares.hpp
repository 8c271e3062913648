#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/settings.hpp"
#include "config/units.hpp"

namespace pipeline {

/// Of one topic that a consumer group reads: how many of its partitions are this worker's, of how many.
struct partition_holding {
    std::int64_t ours = 0;
    std::int64_t all = 0;

    bool operator==(const partition_holding&) const = default;
};

/// By topic.
using partition_holdings = std::map<std::string, partition_holding, std::less<>>;

/// Which part of each deployment's quota this worker may use, so that workers who do not talk to each
/// other stay within it together.
///
/// Kafka has told them apart already: whoever holds k of the n partitions whose jobs go to a deployment may
/// use k/n of its quota, counted over all input topics of all routes that it serves, in every group of this
/// process; deployments of one pool count as one. Groups that have not joined yet are left out; a worker that
/// holds nothing keeps the share of one partition, for what it may still have to send again. The parts of all
/// members add up to 1, times the part that is configured (quota_settings::share).
///
/// Services count over the last minute. Whoever takes partitions over finds the quota still charged with what
/// their holder before has sent, so more is used only when it has been ours for a minute, and less at
/// once: a share is the least part of the last minute. The first assignment is used at once, or each start
/// would waste a minute; the other members, who hold less from that moment, make room for it.
class quota_shares {
public:
    explicit quota_shares(const config::settings& settings);

    /// The group has been dealt partitions: all topics of its routes, also those of which it holds none.
    void assigned(std::string_view group, const partition_holdings& topics, config::time_point now);

    /// In the order of settings.deployments.
    [[nodiscard]] std::size_t size() const { return deployments_.size(); }
    /// May be used now; in (0, 1].
    [[nodiscard]] double share(std::size_t deployment, config::time_point now) const;
    /// May be used once the assignment is a minute old.
    [[nodiscard]] double entitled(std::size_t deployment) const;
    /// When a share rises next without another assignment; max(): never.
    [[nodiscard]] config::time_point next_rise(config::time_point now) const;

private:
    struct entitlement {
        double part;
        config::time_point until = config::time_point::max();  ///< when it was replaced
    };
    struct quota_user {
        double configured;
        std::vector<std::pair<std::string, std::string>> inputs;  ///< group and topic
        std::vector<entitlement> history;                         ///< ascending parts; the last is in force
    };
    void reckon(quota_user& user, config::time_point now) const;
    [[nodiscard]] static const entitlement* binding(const quota_user& user, config::time_point now);

    std::vector<quota_user> deployments_;
    std::map<std::string, partition_holdings, std::less<>> held_;  ///< by group
};

}  // namespace pipeline
