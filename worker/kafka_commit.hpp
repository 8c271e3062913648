#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/units.hpp"
#include "worker/kafka_assignment.hpp"
#include "worker/kafka_trouble.hpp"
#include "worker/kafka_wakeup.hpp"

namespace worker {

/// Gives an entry of a list that is to be committed its metadata, which the list frees with itself.
void attach_metadata(rd_kafka_topic_partition_t& entry, const std::string& metadata);

/// Tells the group how far the partitions are done, and what is done above that. At most one commit is under
/// way; what changes meanwhile goes with the next one.
class kafka_committer {
public:
    /// All must outlive it; `client` is the consumer.
    kafka_committer(rd_kafka_t* client, kafka_wakeup& bell, kafka_assignment& assignment,
                    kafka_trouble& trouble, config::duration interval);

    /// Takes answers, and starts a commit where something is to be committed and it is time.
    void serve(config::time_point now);
    void take_answers();
    /// The next serve() commits whatever the time is.
    void hurry() noexcept { due_ = config::time_point::min(); }
    /// Commits are numbered from 1 as they are sent: the last one, and the last one that the group has taken.
    [[nodiscard]] std::uint64_t last_sent() const noexcept { return last_sent_; }
    [[nodiscard]] std::uint64_t last_taken() const noexcept { return last_taken_; }
    [[nodiscard]] bool is_under_way() const noexcept { return is_under_way_; }
    /// Whether a commit would tell the group anything new.
    [[nodiscard]] bool is_needed();
    [[nodiscard]] bool has_failed() const noexcept { return has_failed_; }
    /// The group has moved on and refused the last commit: before the next assignment another one would
    /// fare no better.
    [[nodiscard]] bool is_refused() const noexcept { return is_refused_; }

private:
    void settle(const rd_kafka_topic_partition_list_t* committed, rd_kafka_resp_err_t failed);
    void send(config::time_point now);

    rd_kafka_t* client_;
    kafka_assignment& assignment_;
    kafka_trouble& trouble_;
    config::duration interval_;
    kafka_inbox answers_;
    config::time_point due_ = config::time_point::min();
    /// A part of the commit under way.
    struct sent_point {
        std::uint64_t section;
        std::uint64_t closed_count;
        std::size_t metadata_size;
    };
    std::vector<sent_point> sent_;
    std::uint64_t last_sent_ = 0;
    std::uint64_t last_taken_ = 0;
    bool is_under_way_ = false;
    bool has_failed_ = false;
    bool is_refused_ = false;
};

}  // namespace worker
