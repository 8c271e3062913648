#pragma once

#include <deque>
#include <map>
#include <utility>

#include "pipeline/deployment.hpp"
#include "pipeline/event_log.hpp"
#include "pipeline/route.hpp"

namespace worker {

/// Tells how many tokens the texts of each route have at each deployment, once that is learnt, and again when
/// it has changed by more than a tenth.
class ratio_report {
public:
    /// Everything given must outlive it.
    ratio_report(const std::deque<pipeline::route>& routes, pipeline::event_log& log)
        : routes_{routes}, log_{log}
    {}

    void tell_changes();

private:
    const std::deque<pipeline::route>& routes_;
    pipeline::event_log& log_;
    std::map<std::pair<const pipeline::deployment*, const pipeline::route*>, double> told_;
};

}  // namespace worker
