#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/ports.hpp"
#include "worker/kafka_partition.hpp"

namespace worker {

/// How far a bounded run is, in offsets of the partitions that are assigned now.
struct reading_progress {
    std::int64_t total = 0;  ///< to be read; 0 where there is no end
    std::int64_t read = 0;
    std::int64_t done = 0;  ///< read, and their outcomes durable
};

/// The partitions that are ours at present, and the receipts of their records.
///
/// A receipt names its partition by a section, a number that is given once. A rebalance takes all partitions
/// away and gives some back: in between they are suspended, and jobs of theirs wait before they publish. One
/// that comes back goes on under its section, so that the calls under way are not made again. The sections of
/// the others are given up.
class kafka_assignment final : public pipeline::receipt_book {
public:
    /// Both must outlive it. The bell rings when something that the consumer waits for has happened: the last
    /// open record of a finished partition is closed, a partition has room again, the last publication that
    /// a rebalance waits for has ended.
    kafka_assignment(kafka_wakeup& bell, kafka_trouble& trouble) : bell_{bell}, trouble_{trouble} {}

    /// As job_source::report_claims().
    void report_claims(pipeline::claim_listener* listener) noexcept { listener_ = listener; }

    /// Of what is suspended; before prepare(), so that no partition is read by two.
    void let_go_of_queues() noexcept;
    /// Makes ready to take a partition over, or to go on with a suspended one. Gives the offset to read from.
    std::int64_t prepare(rd_kafka_t* client, partition_start start, std::size_t metadata_limit);
    /// What was prepared is ours from now on; what is still suspended is given up.
    void adopt();
    /// No records are given from now on, and nothing is to be asked for those that were.
    void begin_revocation() noexcept;
    /// Nothing begins to be published from now on; what is done can still be committed.
    void stop_publishing() noexcept { is_closed_ = true; }
    /// Calls are under way whose answers could still be published.
    [[nodiscard]] bool has_calls_under_way() const noexcept
    {
        return listener_ != nullptr && listener_->has_calls_under_way();
    }
    /// Everything is taken away, perhaps to come back.
    void suspend() noexcept;
    /// From now on nobody waits for a decision: what is not ours at that time counts as given up.
    void stop_deciding() noexcept;
    /// All sections are given up.
    void clear() noexcept;

    void close(std::uint64_t section, std::int64_t number) noexcept override;
    [[nodiscard]] pipeline::claim_state state(std::uint64_t section,
                                              std::int64_t number) const noexcept override;
    void await_decision(pipeline::latch& decided) override;
    void publication_began() noexcept override { ++publishing_; }
    void publication_ended() noexcept override;
    /// Publications under way.
    [[nodiscard]] std::size_t publishing() const noexcept { return publishing_; }

    /// The next record of the partitions in turn, or nothing where none has one. `room` as
    /// job_source::take().
    [[nodiscard]] std::optional<pipeline::record> take(std::size_t room);
    /// The queues may hold something again.
    void look_again() noexcept { ++ring_; }
    void stop(const std::vector<std::string>& topics) noexcept;
    /// take() passes over these topics and no others.
    void hold(const std::vector<std::string>& topics) noexcept;

    /// The section is ours at present, also while it is being revoked, and the record open.
    [[nodiscard]] bool is_ours(std::uint64_t section, std::int64_t number) const noexcept;
    /// The partition of a section that is ours at present.
    [[nodiscard]] kafka_partition* find(std::uint64_t section) noexcept;
    [[nodiscard]] const kafka_partition* find(std::uint64_t section) const noexcept;

    template <class Visit>
    void for_each(Visit visit)
    {
        for (auto& each : turns_) visit(each.section, *each.partition);
    }

    [[nodiscard]] bool is_read() const noexcept;
    [[nodiscard]] bool has_open() const noexcept;
    [[nodiscard]] bool is_finished() const noexcept;
    [[nodiscard]] bool is_lost() const noexcept;
    [[nodiscard]] bool needs_commit() const noexcept;
    [[nodiscard]] std::size_t size() const noexcept { return turns_.size(); }
    [[nodiscard]] reading_progress progress() const noexcept;

private:
    struct turn {
        std::uint64_t section = 0;
        std::unique_ptr<kafka_partition> partition;
        std::uint64_t empty_since = 0;  ///< the ring after which its queue was found empty
        bool is_held = false;
        /// Reads on when no more records of it are open than this; 0: reads on.
        std::size_t open_when_full = 0;
    };
    static bool is_of(const turn& which, const std::vector<std::string>& topics) noexcept;
    [[nodiscard]] const turn* find_turn(std::uint64_t section) const noexcept;
    void decide() noexcept;

    kafka_wakeup& bell_;
    kafka_trouble& trouble_;
    std::vector<turn> turns_;  ///< ascending by section
    std::vector<turn> suspended_;
    std::vector<turn> coming_;
    std::vector<pipeline::latch*> waiting_;
    pipeline::claim_listener* listener_ = nullptr;
    std::uint64_t last_section_ = 0;
    std::uint64_t ring_ = 1;
    std::size_t next_ = 0;
    std::size_t publishing_ = 0;
    bool is_revoking_ = false;
    bool is_closed_ = false;
    bool is_deciding_ = true;
};

}  // namespace worker
