#pragma once

#include <string>

#include "pipeline/answered_job.hpp"
#include "pipeline/failure.hpp"

namespace pipeline {

/// The output line of the OpenAI and Azure Batch APIs: the body that one request of this job alone would have
/// brought (docs/formats.md).
[[nodiscard]] std::string write_batch_line(const answered_job& done);

/// The same for a job that ended as a dead letter: with the service's status and error where it said one,
/// with `error` where there was no answer. `custom_id` is empty where the line could not be understood.
[[nodiscard]] std::string write_error_line(const config::route_settings& route, const record& source,
                                           const std::string& custom_id, const failure& why,
                                           const provenance& by);

}  // namespace pipeline
