#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "pipeline/record.hpp"
#include "worker/kafka_handles.hpp"

struct rd_kafka_mock_cluster_s;

namespace tests {

/// A cluster inside librdkafka, with a plain producer and reader that share no code with ours, and
/// switches for trouble. It keeps 5 MiB a partition and knows no transactions.
class mock_kafka {
public:
    explicit mock_kafka(int brokers = 1);

    /// For clients that should join a group as fast as the mock lets them (three seconds).
    [[nodiscard]] config::kafka_settings settings() const;

    void make_topic(const std::string& name, int partitions);
    void write(const std::string& topic, int partition, const std::string& value,
               const std::vector<pipeline::header>& headers = {});
    void write_many(const std::string& topic, int partition, int count);
    /// All messages of all partitions, as far as they are written now.
    [[nodiscard]] std::vector<pipeline::record> read(const std::string& topic) const;
    /// Absent where nothing was committed.
    [[nodiscard]] std::optional<std::int64_t> committed(const std::string& group, const std::string& topic,
                                                        int partition) const;
    void commit(const std::string& group, const std::string& topic, int partition, std::int64_t offset,
                const std::string& metadata = {});

    void take_down();
    void bring_up();
    /// What the metadata say of the topic from now on; such as that there is none.
    void set_topic_error(const std::string& name, rd_kafka_resp_err_t error);
    /// The next `count` requests of that kind are answered by `error`.
    void answer_with(int api_key, rd_kafka_resp_err_t error, int count);

    static constexpr int produce_request = 0;
    static constexpr int fetch_request = 1;
    static constexpr int offset_commit_request = 8;
    static constexpr int offset_fetch_request = 9;
    static constexpr int heartbeat_request = 12;
    static constexpr int init_producer_id_request = 22;
    static constexpr int end_transaction_request = 26;
    static constexpr int transaction_offset_request = 28;

private:
    [[nodiscard]] worker::kafka_client reader(const std::string& group) const;

    worker::kafka_client writer_;
    rd_kafka_mock_cluster_s* cluster_;  ///< belongs to writer_
};

}  // namespace tests
