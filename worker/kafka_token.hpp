#pragma once

#include <librdkafka/rdkafka.h>

#include <chrono>

#include "config/secret.hpp"

namespace worker {

/// A token as clients of librdkafka show it (SASL OAUTHBEARER, KIP-255).
struct kafka_token {
    config::secret value;
    std::chrono::sys_time<std::chrono::milliseconds> ends;

    /// From now on `client` shows this one. Where librdkafka does not take it, because it has ended, the
    /// client tells that as its trouble. Any thread.
    void give_to(rd_kafka_t* client) const;
};

}  // namespace worker
