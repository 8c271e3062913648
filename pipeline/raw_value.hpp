#pragma once

#include "pipeline/answered_job.hpp"

namespace pipeline {

/// The `raw` form: the bytes of the job's vectors as the value, one vector after the other, and all else in
/// headers (docs/formats.md).
void write_raw_value(message& into, const answered_job& done);

}  // namespace pipeline
