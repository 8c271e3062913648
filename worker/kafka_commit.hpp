#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "config/units.hpp"
#include "worker/kafka_assignment.hpp"
#include "worker/kafka_trouble.hpp"
#include "worker/kafka_wakeup.hpp"

namespace worker {

/// Gives an entry of a list that is to be committed its metadata, which the list frees with itself.
void attach_metadata(rd_kafka_topic_partition_t& entry, const std::string& metadata);

/// How the group is told how far the partitions are done, and what is done above that.
class kafka_commits {
public:
    virtual ~kafka_commits() = default;
    /// Takes what has come, and lets a commit begin where something is to be committed and it is time.
    virtual void serve(config::time_point now) = 0;
    /// The next commit need not wait for its time.
    virtual void hurry() noexcept = 0;
    /// Wants all that is done by now to be committed; gives a number to ask for it by.
    [[nodiscard]] virtual std::uint64_t order() = 0;
    /// What was ordered is committed or never will be. Until then call it again and again, it does the work.
    [[nodiscard]] virtual bool is_over(std::uint64_t order, config::time_point now) = 0;
    /// The last commit was refused.
    [[nodiscard]] virtual bool has_failed() const noexcept = 0;
};

/// One partition's part of a commit.
struct sent_point {
    std::uint64_t section;
    std::int64_t offset;
    std::uint64_t closed_count;
    std::size_t metadata_size;
};

/// Adds what is to be told of a partition, with the records at `also_done` closed, to a list that is to be
/// committed. Gives what has to be remembered of it until the answer.
[[nodiscard]] sent_point add_to_commit(rd_kafka_topic_partition_list_t& list, std::uint64_t section,
                                       const kafka_partition& partition,
                                       std::span<const std::int64_t> also_done);

/// Commits by themselves, for outcomes that are published without transactions. At most one is under way;
/// what changes meanwhile goes with the next one.
class kafka_committer final : public kafka_commits {
public:
    /// All must outlive it; `client` is the consumer.
    kafka_committer(rd_kafka_t* client, kafka_wakeup& bell, kafka_assignment& assignment,
                    kafka_trouble& trouble, config::duration interval);

    void serve(config::time_point now) override;
    void hurry() noexcept override { due_ = config::time_point::min(); }
    /// What ends after this is not waited for: under load something always does, and the other members of the
    /// group wait. Nor is another commit sent behind it, which the group would refuse in the middle of its
    /// rebalance.
    [[nodiscard]] std::uint64_t order() override;
    [[nodiscard]] bool is_over(std::uint64_t order, config::time_point now) override;
    [[nodiscard]] bool has_failed() const noexcept override { return has_failed_; }

private:
    void settle(const rd_kafka_topic_partition_list_t* committed, rd_kafka_resp_err_t failed);
    void take_answers();
    void send(config::time_point now);

    rd_kafka_t* client_;
    kafka_assignment& assignment_;
    kafka_trouble& trouble_;
    config::duration interval_;
    kafka_inbox answers_;
    config::time_point due_ = config::time_point::min();
    std::vector<sent_point> sent_;
    // Commits are numbered from 1 as they are sent: the last one, and the last one that the group has taken.
    std::uint64_t last_sent_ = 0;
    std::uint64_t last_taken_ = 0;
    bool is_under_way_ = false;
    bool has_failed_ = false;
    /// The group has moved on and refused the last commit: before the next assignment another one would
    /// fare no better.
    bool is_refused_ = false;
};

}  // namespace worker
