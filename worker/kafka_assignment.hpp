#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/record.hpp"
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
/// A receipt names its partition by a section: a number that is given once, so that receipts from before a
/// rebalance do not close records of a partition that came back.
class kafka_assignment final : public pipeline::receipt_book {
public:
    /// Both must outlive it. The bell rings when the last open record of a finished partition is closed.
    kafka_assignment(kafka_wakeup& bell, kafka_trouble& trouble) : bell_{bell}, trouble_{trouble} {}

    /// Takes the place of the assignment before it, which has been cleared.
    void adopt(std::vector<std::unique_ptr<kafka_partition>> partitions);
    /// All sections are given up.
    void clear() noexcept;

    void close(std::uint64_t section, std::int64_t number) noexcept override;

    /// The next record of the partitions in turn, or nothing where none has one.
    [[nodiscard]] std::optional<pipeline::record> take();
    /// The queues may hold something again.
    void look_again() noexcept { ++ring_; }
    void stop(const std::vector<std::string>& topics) noexcept;
    /// take() passes over these topics and no others.
    void hold(const std::vector<std::string>& topics) noexcept;

    /// The partition of a section that has not been given up.
    [[nodiscard]] kafka_partition* find(std::uint64_t section) noexcept;

    template <class Visit>
    void for_each(Visit visit)
    {
        for (std::size_t i = 0; i < turns_.size(); ++i) visit(first_section_ + i, *turns_[i].partition);
    }

    [[nodiscard]] bool is_read() const noexcept;
    [[nodiscard]] bool has_open() const noexcept;
    [[nodiscard]] bool is_finished() const noexcept;
    [[nodiscard]] bool is_lost() const noexcept;
    [[nodiscard]] std::size_t size() const noexcept { return turns_.size(); }
    [[nodiscard]] reading_progress progress() const noexcept;

private:
    struct turn {
        std::unique_ptr<kafka_partition> partition;
        std::uint64_t empty_since = 0;  ///< the ring after which its queue was found empty
        bool is_held = false;
        bool is_full = false;  ///< reads on when records of it have been closed
    };

    static bool is_of(const turn& which, const std::vector<std::string>& topics) noexcept;

    kafka_wakeup& bell_;
    kafka_trouble& trouble_;
    std::vector<turn> turns_;
    std::uint64_t first_section_ = 1;
    std::uint64_t ring_ = 1;
    std::size_t next_ = 0;
};

}  // namespace worker
