#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "pipeline/offset_run.hpp"

namespace pipeline {

/// What stands in the metadata of a committed offset: which records above it are done, so that after a
/// restart or a rebalance nobody buys them again. In printable ASCII, because librdkafka before 2.6.1 reads
/// no other (https://github.com/confluentinc/librdkafka/issues/4649), and never longer than the brokers allow
/// (offset.metadata.max.bytes):
///
///     bm1 ffffff c bbb dddd...
///
/// A word and the version; the fingerprint of the route; how it goes on; the committed offset as a guard, for
/// tools may move offsets; and either run lengths, open and done in turn (c is `r`), or six offsets a
/// character, done ones as 1, from the committed offset on (c is `m`), whichever is shorter. Digits are those
/// of base64url (RFC 4648 §5), least significant first; of a number each has five bits, and a sixth where
/// more come.

/// Says whose outcomes the records are done for: the route and the topics it writes to.
[[nodiscard]] std::uint64_t route_fingerprint(std::string_view route, std::span<const std::string> outputs);

/// `done` ascends, lies above `base`, and no two runs touch. What does not fit into `limit` bytes is left out
/// from the end; empty where nothing is left.
[[nodiscard]] std::string write_commit_metadata(std::uint64_t fingerprint, std::int64_t base,
                                                std::span<const offset_run> done, std::size_t limit);

/// Whether what is done fits into `limit` bytes whichever of `open` records turn out to be so, of `span`
/// offsets from the lowest open one on. Holds on as records close.
[[nodiscard]] bool fits_commit_metadata(std::int64_t span, std::size_t open, std::size_t limit) noexcept;

/// Why such metadata says nothing to us.
enum class metadata_problem {
    unreadable,    ///< not of this form
    newer,         ///< of a version that this program does not know
    foreign,       ///< of another route
    other_offset,  ///< written for another committed offset
    beyond_end     ///< tells of records that the topic does not have: it was made anew
};
[[nodiscard]] std::string_view sentence_on(metadata_problem what) noexcept;

/// The runs of done offsets above `base`. Bounded by the text: at most three times as many runs as it has
/// bytes.
[[nodiscard]] std::variant<std::vector<offset_run>, metadata_problem> read_commit_metadata(
    std::string_view text, std::uint64_t fingerprint, std::int64_t base);

}  // namespace pipeline
