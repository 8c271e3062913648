#pragma once

namespace worker {

/// What the process tells whoever started it; listed in README.md.
enum class exit_code : int {
    done = 0,           ///< all done, or drained after a signal
    unexpected = 1,     ///< a bug or something nobody foresaw; the log says what
    configuration = 2,  ///< the command line or the configuration file
    left_open = 3,      ///< stopped before all open jobs had ended; they are read again at the next start
    offsets = 4,        ///< committed offsets are lost while the output has outcomes; see --from
    stopped = 5         ///< a route or a deployment stopped; its jobs are open and nothing is lost
};

}  // namespace worker
