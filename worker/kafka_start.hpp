#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <variant>

namespace worker {

/// The operator's word (`--from`) on where to start in partitions whose committed offset is missing or
/// lost. Partitions with a usable one go on from there all the same.
struct start_point {
    enum class kind { earliest, latest, timestamp };
    kind where = kind::earliest;
    std::int64_t timestamp_ms = 0;  ///< Unix time; `timestamp` only

    bool operator==(const start_point&) const = default;
};

/// What the cluster says about one partition.
struct partition_offsets {
    std::optional<std::int64_t> committed;
    std::int64_t low = 0;   ///< the first offset that still exists
    std::int64_t high = 0;  ///< the offset that the next record gets
    /// The first record at or after the start point's timestamp; absent where there is none.
    std::optional<std::int64_t> at_timestamp;
    std::string metadata = {};  ///< of the committed offset
};

enum class committed_state {
    usable,
    missing,    ///< never committed, or expired with the group
    below_low,  ///< the records after it were deleted unread
    above_high  ///< the topic was truncated or made anew
};
[[nodiscard]] committed_state examine(const partition_offsets& offsets) noexcept;

/// Whether the topics that a route writes to already hold its outcomes. Then a lost offset does not mean a
/// new beginning, and reading from the earliest record would buy everything a second time.
enum class earlier_outcomes { none, present };

/// Where to read from, or why not to start.
[[nodiscard]] std::variant<std::int64_t, committed_state> decide_start(const partition_offsets& offsets,
                                                                       const std::optional<start_point>& from,
                                                                       earlier_outcomes found) noexcept;

/// Starting is the operator's decision: exit code 4.
class start_refused : public std::runtime_error {
public:
    start_refused(const std::string& group, const std::string& topic, std::int32_t partition,
                  committed_state why);
};

}  // namespace worker
