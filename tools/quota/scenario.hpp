#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tools/quota/quota_service.hpp"

namespace quota {

/// What jobs cost, in tokens as the client estimates them: lognormal, cut off at both ends.
struct charge_law {
    double median = 400;
    double sigma = 0.9;
    double least = 50;
    double most = 3000;
};

/// Something that happens in a scenario.
struct happening {
    double at = 0;
    std::string deployment;        ///< with tiers: to which of them
    std::optional<double> limit;   ///< the service's limits become so much of what was agreed
    std::optional<bool> down;      ///< with tiers: it answers nothing but errors, or is back
    std::optional<double> tenant;  ///< somebody else sends so much of the quota, whatever is refused
    std::optional<int> active;     ///< only the first so many workers have work from now on
    std::optional<int> members;    ///< the first so many workers share the partitions from now on
    std::optional<int> alive;      ///< all but the first so many workers are gone, with their calls
};

/// A figure and what it must be at least and at most.
struct wanted {
    std::string figure;
    std::optional<double> least;
    std::optional<double> most;
};

/// A part of the time in which figures are taken.
struct measurement {
    std::string name;
    double from = 0;
    double to = 0;
    std::vector<wanted> figures;  ///< what must be, and is
    std::vector<wanted> aims;     ///< what is to be, and is not yet
};

/// Workers that share a part of the quota among themselves.
struct worker_group {
    int workers = 0;
    double share = 1;
    std::optional<double> load;  ///< as scenario::load
};

/// One of several deployments of a route.
struct tier_member {
    std::string name;
    std::size_t tier = 1;
    service_settings service;
};

struct scenario {
    std::string name;
    std::string about;
    service_settings service;
    std::vector<tier_member> deployments;  ///< of the route, instead of `service` alone
    double spill_after = 5;                ///< seconds
    int workers = 16;
    int members = 0;  ///< workers among whom the partitions are shared at first; 0: all
    int active = 0;   ///< workers that have work at first; 0: all
    /// Consumer groups, one after the other in the order of the workers; none named: one with all of them.
    std::vector<worker_group> groups;
    /// Offered, of the (first) quota, in random arrivals; absent: endless work.
    std::optional<double> load;
    charge_law charges;
    double minutes = 20;
    double configured = 1;  ///< the quota as the workers are told it; 0: not at all
    std::vector<happening> happenings;
    std::vector<measurement> measurements;
};

/// Reads a scenario file; throws std::runtime_error with the place of what is wrong.
[[nodiscard]] scenario read_scenario(const std::string& path);

}  // namespace quota
