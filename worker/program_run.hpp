#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <string>
#include <vector>

#include "config/units.hpp"
#include "pipeline/failure.hpp"
#include "pipeline/shared_bytes.hpp"

namespace worker {

/// How another program has ended, and what it has said.
struct program_end {
    int exit_code = 0;  ///< 128 and the number of the signal that ended it, as shells have it
    pipeline::shared_bytes output;
    std::string errors;
};

/// Runs a program to its end, with nothing on its standard input. `command` is its name, looked for on the
/// PATH, and its arguments; no shell comes near them. Of its output no more than 256 KiB are kept. Where it
/// takes longer than `patience`, or the coroutine is cancelled, the program and what it has started are
/// killed.
///
/// Fails with token_failure::unavailable where there is no such program, and with errc::transient where it
/// took too long. Cancellation throws. Lives on the loop's thread.
boost::asio::awaitable<pipeline::result<program_end>> run_program(boost::asio::io_context& loop,
                                                                  std::vector<std::string> command,
                                                                  config::duration patience);

}  // namespace worker
