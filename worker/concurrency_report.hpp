#pragma once

#include <deque>
#include <map>

#include "pipeline/deployment.hpp"
#include "pipeline/event_log.hpp"

namespace worker {

/// Tells how many calls at a time each deployment can use where that is to be found out, and again when it
/// has changed by more than a quarter.
class concurrency_report {
public:
    /// Everything given must outlive it.
    concurrency_report(const std::deque<pipeline::deployment>& deployments, pipeline::event_log& log)
        : deployments_{deployments}, log_{log}
    {}

    void tell_changes();

private:
    const std::deque<pipeline::deployment>& deployments_;
    pipeline::event_log& log_;
    std::map<const pipeline::deployment*, double> told_;
};

}  // namespace worker
