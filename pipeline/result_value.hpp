#pragma once

#include <string>
#include <string_view>

#include "config/settings.hpp"
#include "pipeline/answered_job.hpp"

namespace pipeline {

/// The word for an operation in results and configuration.
[[nodiscard]] std::string_view name_of(config::operation asks) noexcept;

/// The JSON of the `result` form, whose members docs/formats.md lists.
[[nodiscard]] std::string write_result_value(const answered_job& done);

}  // namespace pipeline
