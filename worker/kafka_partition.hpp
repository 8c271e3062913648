#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "pipeline/offset_ledger.hpp"
#include "pipeline/record.hpp"
#include "worker/kafka_trouble.hpp"
#include "worker/kafka_wakeup.hpp"

namespace worker {

/// Where one partition is read from, and up to where.
struct partition_start {
    std::string topic;
    std::int32_t number = 0;
    std::int64_t offset = 0;
    bool is_committed = false;          ///< `offset` stands in the group already
    std::optional<std::int64_t> until;  ///< the offset that is not read any more; absent: no end
};

/// One partition for as long as it is assigned to us: its queue and its ledger.
///
/// The queue is detached from the consumer's, which gives back-pressure for free: while nobody takes from
/// it, librdkafka fills it up to its share of the prefetch budget and stops fetching. Pausing would throw
/// away what has been fetched (https://github.com/confluentinc/librdkafka/issues/5343).
class kafka_partition {
public:
    /// Make it before the partition is given to rd_kafka_assign(), so that no record takes the other way.
    kafka_partition(rd_kafka_t* client, kafka_wakeup& bell, partition_start start);

    /// The next record, now open, its receipt still to be filled in; nothing where none is here or to be
    /// read. Copied out: one living event pins the whole answer that it came in.
    [[nodiscard]] std::optional<pipeline::record> take(kafka_trouble& trouble);
    /// The outcome of a record is durable.
    void close(std::int64_t offset) noexcept { ledger_.close(offset); }

    /// Takes nothing more.
    void stop() noexcept { is_stopped_ = true; }
    /// The group knows of everything below `offset`.
    void was_committed(std::int64_t offset) noexcept { committed_ = offset; }

    [[nodiscard]] const std::string& topic() const noexcept { return start_.topic; }
    [[nodiscard]] std::int32_t number() const noexcept { return start_.number; }
    [[nodiscard]] std::int64_t committable() const noexcept { return ledger_.committable(); }
    [[nodiscard]] bool needs_commit() const noexcept { return committed_ != committable(); }

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

    /// Offsets to read, read, and open; the first is zero where there is no end.
    [[nodiscard]] std::int64_t size() const noexcept;
    [[nodiscard]] std::int64_t read_count() const noexcept { return ledger_.position() - start_.offset; }
    [[nodiscard]] std::int64_t open_count() const noexcept
    {
        return static_cast<std::int64_t>(ledger_.open_count());
    }

private:
    void take_error(rd_kafka_event_t* event, kafka_trouble& trouble);

    partition_start start_;
    kafka_inbox inbox_;
    pipeline::offset_ledger ledger_;
    std::optional<std::int64_t> committed_;
    bool is_stopped_ = false;
    bool is_lost_ = false;
};

}  // namespace worker
