#pragma once

#include <librdkafka/rdkafka.h>

#include <memory>

#include "worker/destroyed_by.hpp"

namespace worker {

/// A handle is destroyed without leaving the consumer group, because leaving may take long: kafka_consumer
/// leaves before. rd_kafka_destroy() waits, for ever if need be, until every queue, event, message and topic
/// of the handle is gone: declare those after it.
inline void destroy_kafka_client(rd_kafka_t* client) noexcept
{
    rd_kafka_destroy_flags(client, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
}

using kafka_client = std::unique_ptr<rd_kafka_t, destroyed_by<destroy_kafka_client>>;
using kafka_queue = std::unique_ptr<rd_kafka_queue_t, destroyed_by<rd_kafka_queue_destroy>>;
using kafka_event = std::unique_ptr<rd_kafka_event_t, destroyed_by<rd_kafka_event_destroy>>;
using kafka_topic = std::unique_ptr<rd_kafka_topic_t, destroyed_by<rd_kafka_topic_destroy>>;
using kafka_message = std::unique_ptr<rd_kafka_message_t, destroyed_by<rd_kafka_message_destroy>>;
using kafka_headers = std::unique_ptr<rd_kafka_headers_t, destroyed_by<rd_kafka_headers_destroy>>;
using kafka_partition_list =
    std::unique_ptr<rd_kafka_topic_partition_list_t, destroyed_by<rd_kafka_topic_partition_list_destroy>>;
using kafka_group_metadata = std::unique_ptr<rd_kafka_consumer_group_metadata_t,
                                             destroyed_by<rd_kafka_consumer_group_metadata_destroy>>;

}  // namespace worker
