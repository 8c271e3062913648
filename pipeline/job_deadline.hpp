#pragma once

#include <cstdint>

#include "config/settings.hpp"
#include "pipeline/failure.hpp"
#include "pipeline/record.hpp"

namespace pipeline {

/// Until when the job of this record may take: what its header batchmill-deadline says (RFC 3339), else what
/// the route allows, counted from `now` or from the record's timestamp, else for ever.
///
/// `now` and `unix_now_ms` are the same moment; a deadline on the calendar is moved to the steady clock by
/// their difference, so that a step of the system's clock later on changes nothing.
/// Fails where the header is malformed, and where the record has a batchmill-not-before, which we cannot
/// honour yet and must not ignore. Times that the clock cannot say are moved to what it can.
[[nodiscard]] result<config::time_point> job_deadline(const config::route_settings& route,
                                                      const record& source, config::time_point now,
                                                      std::int64_t unix_now_ms);

}  // namespace pipeline
