#pragma once

#include <cstdint>

namespace pipeline {

/// Counters of one run, for the progress line, the closing log line and later the metrics.
struct stats {
    std::uint64_t records_read = 0;
    std::uint64_t results = 0;
    std::uint64_t dead_letters = 0;
    std::uint64_t tombstones = 0;
    std::uint64_t skipped = 0;
    std::uint64_t given_up = 0;      ///< of partitions that went to another member of the group
    std::uint64_t bought_again = 0;  ///< of those, the ones that calls were made for
    std::uint64_t calls = 0;
    std::uint64_t calls_answered = 0;
    std::uint64_t calls_throttled = 0;
    std::uint64_t calls_refused = 0;
    std::uint64_t calls_failed = 0;
    std::uint64_t inputs_answered = 0;
    std::uint64_t tokens_billed = 0;
    std::uint64_t texts_truncated = 0;  ///< of jobs that were answered
    std::uint64_t models_changed = 0;   ///< chat and completions answered by another model than before

    /// Jobs that have ended.
    [[nodiscard]] std::uint64_t done() const { return results + dead_letters + tombstones + skipped; }
    /// Records that were read and are still ours to end.
    [[nodiscard]] std::uint64_t open() const { return records_read - done() - given_up; }
};

}  // namespace pipeline
