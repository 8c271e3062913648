#pragma once

#include <span>
#include <string>

#include "config/settings.hpp"
#include "pipeline/job.hpp"
#include "pipeline/outcome.hpp"
#include "pipeline/outcome_codec.hpp"

namespace pipeline {

/// The word for an operation in results and configuration.
[[nodiscard]] std::string_view name_of(config::operation asks) noexcept;

/// The JSON of the `result` form, whose members docs/formats.md lists.
[[nodiscard]] std::string write_result_value(const config::route_settings& route, const job& done,
                                             std::span<const answer> answers, const provenance& by,
                                             const job_times& times);

}  // namespace pipeline
