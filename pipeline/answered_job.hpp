#pragma once

#include <cstdint>
#include <span>

#include "config/settings.hpp"
#include "pipeline/job.hpp"
#include "pipeline/outcome.hpp"
#include "pipeline/reply.hpp"

namespace pipeline {

/// When things happened to a job, as Unix time in milliseconds.
struct job_times {
    std::int64_t read_ms = 0;
    std::int64_t answered_ms = 0;
};

/// All that a published value is made of. Refers to what its maker holds.
struct answered_job {
    const config::route_settings& route;
    const record& source;
    const job& work;
    std::span<const answer> answers;  ///< one for each piece of the job, vectors fit for the route
    const provenance& by;
    const job_times& times;
};

}  // namespace pipeline
