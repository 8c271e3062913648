#pragma once

#include <cstdint>
#include <string>

#include "worker/kafka_wakeup.hpp"

namespace worker {

/// The queue of one partition, detached from the consumer's while this object lives.
///
/// That gives back-pressure for free: while nobody takes from it, librdkafka fills it up to its share of
/// the prefetch budget and stops fetching. Pausing would throw away what has been fetched
/// (https://github.com/confluentinc/librdkafka/issues/5343).
class kafka_partition_queue {
public:
    /// Make it before the partition is given to rd_kafka_assign(), so that no record takes the other way.
    /// `client` and `bell` must outlive this object.
    kafka_partition_queue(rd_kafka_t* client, const std::string& topic, std::int32_t number,
                          kafka_wakeup& bell);
    /// Drops what is in the queue. Where it stayed, it would hold its partition, and the partition its
    /// broker's thread, for which rd_kafka_destroy() waits: for ever where the topic has been deleted
    /// meanwhile, because nobody looks into the queue of a partition that is gone (2.0.2). Errors come even
    /// after the partition was taken away, so let this go as late as possible.
    ~kafka_partition_queue();
    kafka_partition_queue(const kafka_partition_queue&) = delete;
    kafka_partition_queue& operator=(const kafka_partition_queue&) = delete;

    /// The next event, or nothing; never waits.
    [[nodiscard]] kafka_event take() noexcept { return inbox_.take(); }

private:
    rd_kafka_t* client_;
    kafka_inbox inbox_;
};

}  // namespace worker
