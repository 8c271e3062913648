#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "pipeline/offset_run.hpp"

namespace pipeline {

/// Which records of one partition are open, and up to where its offset may be committed.
///
/// Records are opened in the order of the partition and closed in any order. Offsets that were never
/// opened lie in gaps, as compaction and transaction markers leave them, and count as done.
///
/// Only blocks of 64 offsets that hold a record are kept, 16 bytes each, from the lowest open record to
/// the highest one read: a million records closed above an open one take 250 kB, a gap takes nothing.
/// Opening and closing are O(1), where gaps are wide O(log n); memory is only ever allocated to grow.
class offset_ledger {
public:
    /// `position` is the offset that is read next.
    explicit offset_ledger(std::int64_t position) : position_{position} {}

    /// A record was read. `offset` is not below position().
    void open(std::int64_t offset);
    /// The outcome of an open record is durable.
    void close(std::int64_t offset) noexcept;
    /// Closes all open records in the run.
    void close_run(offset_run run) noexcept;
    /// Reading has come to `position` without a record there. Lower than position() changes nothing.
    void advance_to(std::int64_t position) noexcept;

    /// The offset to commit: the lowest open one, or position() when none is open.
    [[nodiscard]] std::int64_t committable() const noexcept;
    /// The next offset that is not accounted for.
    [[nodiscard]] std::int64_t position() const noexcept { return position_; }
    [[nodiscard]] std::size_t open_count() const noexcept { return open_count_; }
    [[nodiscard]] bool is_open(std::int64_t offset) const noexcept;
    /// How many records have been closed so far.
    [[nodiscard]] std::uint64_t closed_count() const noexcept { return closed_count_; }
    /// What is done above committable(), ascending, gaps included. O(open records and blocks).
    [[nodiscard]] std::vector<offset_run> done_above() const;
    /// Offsets from committable() to position(): what would be read again after a restart.
    [[nodiscard]] std::int64_t span() const noexcept { return position_ - committable(); }
    /// Memory held for blocks.
    [[nodiscard]] std::size_t capacity_bytes() const noexcept { return ring_.size() * sizeof(block); }

private:
    /// The records among 64 offsets that start at a multiple of 64.
    struct block {
        std::int64_t number = 0;  ///< the first offset, divided by 64
        std::uint64_t open = 0;   ///< bit i: offset number * 64 + i is open
    };

    [[nodiscard]] const block& at(std::size_t index) const
    {
        return ring_[(head_ + index) & (ring_.size() - 1)];
    }
    [[nodiscard]] block& at(std::size_t index) { return ring_[(head_ + index) & (ring_.size() - 1)]; }
    /// The index of the first block whose number is not below `number`; size_ where there is none.
    [[nodiscard]] std::size_t find(std::int64_t number) const noexcept;
    void append(std::int64_t number);
    void drop_closed_front() noexcept;

    std::int64_t position_;
    std::size_t open_count_ = 0;
    std::uint64_t closed_count_ = 0;
    std::vector<block> ring_;  ///< its size is a power of two; blocks in ascending order from head_
    std::size_t head_ = 0;
    std::size_t size_ = 0;
};

}  // namespace pipeline
