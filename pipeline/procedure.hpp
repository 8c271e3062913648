#pragma once

#include <vector>

#include "pipeline/calls.hpp"
#include "pipeline/outcome.hpp"
#include "pipeline/outcome_codec.hpp"

namespace pipeline {

/// What a procedure works on. Views; they live as long as the job.
struct task {
    const config::route_settings& route;
    const record& source;
    const job& work;
    job_times times;
};

/// The steps of one operation, from a job to the messages of its result, as a coroutine over calls.
/// Has no state of its own: one object serves all jobs.
class procedure {
public:
    virtual ~procedure() = default;
    /// `what` must live until the coroutine ends; a failure becomes the job's dead letter.
    virtual lazy<result<std::vector<message>>> run(task& what, calls& service) const = 0;
};

/// One question, one answer, one message: all operations of today.
class single_step final : public procedure {
public:
    lazy<result<std::vector<message>>> run(task& what, calls& service) const override;
};

}  // namespace pipeline
