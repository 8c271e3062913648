#pragma once

#include <optional>
#include <string>

#include "pipeline/answered_job.hpp"
#include "pipeline/failure.hpp"

namespace pipeline {

/// Why an answer could not be merged into this record: asked before anything is bought. Nothing where it can.
[[nodiscard]] std::optional<failure> refuse_merge(const config::route_settings& route,
                                                  const std::string& record);

/// The `merge` form: the record as it came, with the answer at the route's pointer (docs/formats.md).
[[nodiscard]] result<std::string> write_merged_value(const answered_job& done);

}  // namespace pipeline
