#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "config/settings.hpp"
#include "worker/kafka_handles.hpp"

namespace worker {

/// After this long the cluster gives up a transaction that has not been ended: until then, after a crash,
/// readers of committed records see nothing that was written behind it, unless the instance comes back. Also
/// what a message may take to be written in a transaction.
inline constexpr std::chrono::seconds transaction_timeout{30};

/// A configuration of librdkafka: our defaults, over them what the operator set.
/// https://github.com/confluentinc/librdkafka/blob/master/CONFIGURATION.md
class kafka_conf {
public:
    /// What every client has in common.
    explicit kafka_conf(const config::kafka_settings& settings);

    /// For the consumer of a group that subscribes to `partitions` partitions: `prefetch` is divided among
    /// them, because librdkafka counts by partition where each has a queue of its own.
    [[nodiscard]] static kafka_conf for_consumer(const config::kafka_settings& settings,
                                                 const std::string& group, std::size_t partitions,
                                                 config::bytes prefetch);
    [[nodiscard]] static kafka_conf for_producer(const config::kafka_settings& settings);
    /// The same for one that writes transactions.
    [[nodiscard]] static kafka_conf for_transactions(const config::kafka_settings& settings,
                                                     const std::string& transactional_id);
    /// For a client that only looks something up, as a member of no group.
    [[nodiscard]] static kafka_conf for_lookup(const config::kafka_settings& settings);

    /// Throws std::runtime_error that names the property (never a value) where librdkafka does not take it.
    void set(const std::string& name, const char* value);
    void set(const std::string& name, const std::string& value) { set(name, value.c_str()); }
    /// Sets what the operator configured. Comes last.
    void set_properties(const config::kafka_settings& settings);
    [[nodiscard]] std::string get(const std::string& name) const;

    /// Makes the client; the configuration is used up. Throws std::runtime_error with librdkafka's reason.
    [[nodiscard]] kafka_client make(rd_kafka_type_t type) &&;

private:
    void set_security(const config::kafka_settings& settings);
    void set_for_event_hubs();
    /// `purpose` is what people are told where it cannot be read.
    void set_secret(const std::string& name, const config::secret_reference& reference,
                    const std::string& purpose);
    void set_for_outcomes();
    void keep_fetches_above_messages();

    std::unique_ptr<rd_kafka_conf_t, destroyed_by<rd_kafka_conf_destroy>> conf_;
};

}  // namespace worker
