#include "worker/kafka_partition_queue.hpp"

namespace worker {
namespace {

kafka_queue detached_queue(rd_kafka_t* client, const std::string& topic, std::int32_t number)
{
    kafka_queue queue{rd_kafka_queue_get_partition(client, topic.c_str(), number)};
    rd_kafka_queue_forward(queue.get(), nullptr);
    return queue;
}

}  // namespace

kafka_partition_queue::kafka_partition_queue(rd_kafka_t* client, const std::string& topic,
                                             std::int32_t number, kafka_wakeup& bell)
    : client_{client}, inbox_{detached_queue(client, topic, number), bell}
{}

kafka_partition_queue::~kafka_partition_queue()
{
    // Forwarding takes along what is here. A queue that its owner has destroyed drops what it is given.
    const kafka_queue nowhere{rd_kafka_queue_new(client_)};
    rd_kafka_queue_forward(inbox_.native(), nowhere.get());
}

}  // namespace worker
