#pragma once

#include <boost/intrusive/list.hpp>

#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "pipeline/fair_shares.hpp"
#include "pipeline/gate.hpp"
#include "pipeline/inquiry.hpp"

namespace pipeline {

class deployment;

/// What the parts of one route are measured with at the deployment that is to have them.
struct route_measures {
    double tokens_per_byte = 0;                 ///< of text; below what is charged it counts as that
    std::size_t longest_in_company = SIZE_MAX;  ///< parts with more bytes of text travel alone
};

/// What one batch may have at most: the deployment's limits and the allowance of its gates.
struct batch_limits {
    std::size_t inputs = 0;
    config::tokens tokens;         ///< of the request
    std::size_t bytes = 0;         ///< of the request body
    config::tokens allowance;      ///< that may be charged now
    bool oversized_alone = false;  ///< a part above the allowance passes alone
};

/// Equal keys may travel together: same deployments, same shape. Routes, topics and partitions do not
/// matter.
struct lane_key {
    std::vector<deployment*> served_by;  ///< in order of preference
    shape form;
};

/// A key that is looked for, without copies.
struct lane_key_view {
    const std::vector<deployment*>& served_by;
    const shape& form;
};

/// Any order will do: it is for looking them up.
struct lane_order {
    using is_transparent = void;
    template <class Key, class Other>
    bool operator()(const Key& a, const Other& b) const
    {
        const auto by_service = a.served_by <=> b.served_by;
        return by_service != 0 ? by_service < 0 : a.form < b.form;
    }
};

/// The parts of one key that wait for a call, and the rule that cuts batches from them.
///
/// Parts of one route leave in the order in which they came, and between routes `fair_shares` says whose
/// part goes next; where it is all the same to it, the older one. Parts of a route that is held are passed
/// over. A part that does not fit what is left of the batch is passed over in favour of others behind it, a
/// bounded number of times, and comes first in the next batch.
class lane {
public:
    explicit lane(lane_key key) : key_{std::move(key)} {}

    [[nodiscard]] const lane_key& key() const { return key_; }
    /// No part waits. A lane must outlive the calls that were cut from it: they refer to its shape.
    [[nodiscard]] bool empty() const;

    void push_back(part& one);
    /// Puts parts that were taken before back into their places, ahead of everything younger.
    void put_back(const std::vector<part*>& parts);

    /// Whether a route's parts stay where they are for now; asked with the first of them.
    using hold_rule = std::function<bool(const part& first)>;

    /// The part whose turn it is; null where only parts of held routes wait.
    [[nodiscard]] const part* first(const hold_rule& is_held, fair_shares& shares) const;
    /// What to ask of the gates for the next batch; nothing where only parts of held routes wait.
    [[nodiscard]] std::optional<charge_wish> wish(const hold_rule& is_held, fair_shares& shares) const;
    /// Takes the next batch out of the lane, and counts it in `shares`; empty where the limits let nothing
    /// through. `measures` is asked once for each route.
    [[nodiscard]] std::vector<part*> cut(const batch_limits& limits, const hold_rule& is_held,
                                         fair_shares& shares,
                                         const std::function<route_measures(const route&)>& measures);

    /// Takes out one part that waits here.
    void remove(part& one);

    /// Calls under way that refer to this lane.
    std::size_t calls = 0;

private:
    struct queue {
        boost::intrusive::list<part> parts;
        config::tokens cost;  ///< of all of them
    };

    [[nodiscard]] config::tokens smallest_of_the_next(const hold_rule& is_held) const;

    // One queue a route, so that a blocked route costs nothing to pass over. A lane has few routes.
    std::map<const route*, queue> waiting_;
    lane_key key_;
};

}  // namespace pipeline
