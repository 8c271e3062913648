#pragma once

#include <optional>
#include <string>

#include "worker/exit_code.hpp"

namespace worker {

struct run_arguments {
    std::string file;
    bool until_end = false;
    std::string from;  ///< "earliest", "latest", an RFC 3339 time, or empty
    bool ignores_metadata = false;
};

/// Reads, asks and publishes until the end of the input or a signal.
exit_code run(const run_arguments& arguments);

}  // namespace worker
