#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "pipeline/commit_metadata.hpp"
#include "pipeline/offset_ledger.hpp"
#include "pipeline/record.hpp"
#include "worker/kafka_partition_queue.hpp"
#include "worker/kafka_trouble.hpp"

namespace worker {

/// Where one partition is read from, and up to where.
struct partition_start {
    std::string topic;
    std::int32_t number = 0;
    std::int64_t offset = 0;
    bool is_committed = false;          ///< `offset` stands in the group already
    std::optional<std::int64_t> until;  ///< the offset that is not read any more; absent: no end
    /// Above `offset`: their outcomes are durable since an earlier assignment, and they are passed over.
    std::vector<pipeline::offset_run> done = {};
    /// Why the metadata of the committed offset says nothing.
    std::optional<pipeline::metadata_problem> problem = std::nullopt;
    std::uint64_t fingerprint = 0;  ///< of the partition's route
    /// Bytes of the metadata that `done` was read from: what it says may not be forgotten for want of room.
    std::size_t metadata_size = 0;
    std::int64_t high = 0;  ///< the offset that the next record of the topic gets
};

/// What a commit tells the group of a partition.
struct commit_point {
    std::int64_t offset = 0;
    std::string metadata;            ///< what is done above it (pipeline/commit_metadata.hpp)
    std::uint64_t closed_count = 0;  ///< of the ledger, when this was said
};

/// One partition for as long as it is assigned to us: its queue and its ledger.
class kafka_partition {
public:
    /// Make it before the partition is given to rd_kafka_assign(), so that no record takes the other way.
    /// `metadata_limit`: bytes that a commit may say about what is done above its offset.
    kafka_partition(rd_kafka_t* client, kafka_wakeup& bell, partition_start start,
                    std::size_t metadata_limit);

    /// After it was taken away, perhaps to come back: nothing is read any more.
    void let_go_of_queue() noexcept;
    /// It has come back, and nothing speaks against going on where it was: the topic is the same, and its
    /// committed offset has not been moved back.
    [[nodiscard]] bool can_resume(const partition_start& start) const noexcept;
    /// Goes on. What was done meanwhile by others, as the commit says, is done here too. As the constructor,
    /// before rd_kafka_assign(), which is to read from position() on.
    void resume(rd_kafka_t* client, kafka_wakeup& bell, partition_start start);

    /// The next record, now open, its receipt still to be filled in; nothing where none is here or to be
    /// read. Copied out: one living event pins the whole answer that it came in.
    [[nodiscard]] std::optional<pipeline::record> take(kafka_trouble& trouble);
    /// The outcome of a record is durable.
    void close(std::int64_t offset) noexcept { ledger_.close(offset); }
    [[nodiscard]] bool is_open(std::int64_t offset) const noexcept { return ledger_.is_open(offset); }
    [[nodiscard]] std::int64_t position() const noexcept { return ledger_.position(); }

    /// Takes nothing more.
    void stop() noexcept { is_stopped_ = true; }
    /// What to tell the group, with the records at `also_done` closed, which are open.
    [[nodiscard]] commit_point to_commit(std::span<const std::int64_t> also_done) const;
    /// The group knows of everything below `offset`, and of what was closed by then.
    void was_committed(std::int64_t offset, std::uint64_t closed_count) noexcept
    {
        committed_ = offset;
        committed_count_ = closed_count;
    }
    /// The brokers have refused so many bytes: says at most half of it from now on.
    void shorten_metadata(std::size_t refused) noexcept;
    /// Whether another record may be read: what is done above the lowest open one must fit into a commit, or
    /// it would be bought again after a restart.
    [[nodiscard]] bool has_room() const noexcept;

    [[nodiscard]] const std::string& topic() const noexcept { return start_.topic; }
    [[nodiscard]] std::int32_t number() const noexcept { return start_.number; }
    [[nodiscard]] std::int64_t committable() const noexcept { return ledger_.committable(); }
    [[nodiscard]] bool needs_commit() const noexcept
    {
        // What was read of a topic that is no more must not be said of the one in its place.
        return !is_lost_ && (committed_ != committable() ||
                             (metadata_limit_ > 0 && committed_count_ != ledger_.closed_count()));
    }

    /// Nothing more will be read: it is stopped, or has come to its end.
    [[nodiscard]] bool is_read() const noexcept;
    /// Read, closed and committed; a stopped one is not waited for.
    [[nodiscard]] bool is_finished() const noexcept
    {
        return is_stopped_ || (is_read() && !needs_commit() && ledger_.open_count() == 0);
    }
    /// The offset to read does not exist: a start has to be decided anew.
    [[nodiscard]] bool is_lost() const noexcept { return is_lost_; }

    /// take() has nothing more to give, now or later.
    [[nodiscard]] bool is_over() const noexcept { return is_read() || is_lost_; }

    [[nodiscard]] std::optional<pipeline::metadata_problem> problem() const noexcept
    {
        return start_.problem;
    }
    /// Offsets that are passed over because they were done before.
    [[nodiscard]] std::int64_t done_before() const noexcept;

    /// Offsets to read, read, and open; the first is zero where there is no end.
    [[nodiscard]] std::int64_t size() const noexcept;
    [[nodiscard]] std::int64_t read_count() const noexcept;
    [[nodiscard]] std::int64_t open_count() const noexcept
    {
        return static_cast<std::int64_t>(ledger_.open_count());
    }

private:
    /// Reading has come to `reached`: what is known to be done there counts as read.
    void pass_over_done(std::int64_t reached) noexcept;
    void take_error(rd_kafka_event_t* event, kafka_trouble& trouble);
    [[nodiscard]] std::optional<pipeline::record> open(pipeline::record next);
    [[nodiscard]] bool fits(std::int64_t next) const noexcept;

    partition_start start_;
    std::optional<kafka_partition_queue> queue_;  ///< until it is taken away
    /// Comes behind a gap so wide that opening it now would make the commit too long.
    std::optional<pipeline::record> set_aside_;
    pipeline::offset_ledger ledger_;
    std::size_t metadata_limit_;
    std::size_t next_done_ = 0;  ///< among start_.done: the first run that has not been come to
    std::optional<std::int64_t> committed_;
    std::uint64_t committed_count_ = 0;
    bool is_stopped_ = false;
    bool is_lost_ = false;
};

}  // namespace worker
