#pragma once

#include <string>

#include "worker/exit_code.hpp"

namespace worker {

/// Prints what a run with this configuration would do, or every problem of it.
exit_code check(const std::string& file);

}  // namespace worker
