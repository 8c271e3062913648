#include "worker/kafka_access.hpp"

#include <string>
#include <utility>

#include "worker/kafka_advice.hpp"

namespace worker {

kafka_client kafka_access::open(kafka_conf conf) const
{
    auto client = std::move(conf).make(RD_KAFKA_CONSUMER);
    if (token != nullptr) token->give_to(client.get());
    return client;
}

kafka_error explained(rd_kafka_t* client, const kafka_error& why)
{
    const kafka_queue queue{rd_kafka_queue_get_main(client)};
    auto found = why;
    while (const kafka_event event{rd_kafka_queue_poll(queue.get(), 0)}) {
        if (rd_kafka_event_type(event.get()) != RD_KAFKA_EVENT_ERROR) continue;
        const auto error = rd_kafka_event_error(event.get());
        const std::string reason = rd_kafka_event_error_string(event.get());
        const bool passes = severity_of(error) == kafka_severity::passing && advice_on(reason).empty();
        if (!passes) found = kafka_error{error, why.what(), reason};
    }
    return found;
}

}  // namespace worker
