#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tools/broker/client.hpp"

namespace tests {

/// A record as a test writes it, or finds it.
struct kafka_record {
    std::optional<std::string> key;
    std::optional<std::string> value;
    std::vector<std::pair<std::string, std::optional<std::string>>> headers = {};
    std::int32_t partition = 0;
    std::int64_t offset = -1;  ///< given by the broker

    /// The value of the last header of that name; absent where there is none.
    [[nodiscard]] std::optional<std::string> header(const std::string& name) const;
};

/// A topic that is to be made.
struct topic_order {
    std::string name;
    int partitions = 1;
    std::vector<std::pair<std::string, std::string>> settings = {};
};

/// How a producer ends a transaction.
enum class transaction_end { committed, aborted };

/// A running Kafka, through plain clients that share no code with the worker. Everything throws
/// std::runtime_error with librdkafka's reason.
class real_kafka {
public:
    explicit real_kafka(std::string brokers) : brokers_{std::move(brokers)} {}
    /// The one that BATCHMILL_TEST_BROKERS names; throws where it names none.
    [[nodiscard]] static real_kafka from_environment();

    [[nodiscard]] const std::string& brokers() const { return brokers_; }

    void make_topics(const std::vector<topic_order>& wanted) const;
    /// Returns when writers see them too.
    void add_partitions(const std::string& topic, int count_then) const;
    /// As retention does.
    void delete_records(const std::string& topic, std::int32_t partition, std::int64_t before) const;
    /// Returns when it is gone.
    void delete_topic(const std::string& topic) const;
    /// Returns when the topic has fewer records than that: its cleaner has been there.
    void await_compaction(const std::string& topic, std::size_t fewer_than) const;
    /// Returns when all are acknowledged; each goes to the partition that it names.
    void write(const std::string& topic, const std::vector<kafka_record>& records) const;
    void write_in_transaction(const std::string& topic, const std::vector<kafka_record>& records,
                              transaction_end end) const;

    /// All committed records, up to the present end.
    [[nodiscard]] std::vector<kafka_record> read(const std::string& topic) const;
    /// Returns when `count` records are in the topic; reads on meanwhile, from its beginning.
    void await_records(const std::string& topic, std::size_t count) const;

    /// By partition; those without a committed offset are left out.
    using offsets = std::map<std::int32_t, std::int64_t>;
    [[nodiscard]] offsets committed(const std::string& group, const std::string& topic) const;
    /// What stands beside the committed offsets.
    [[nodiscard]] std::map<std::int32_t, std::string> commit_metadata(const std::string& group,
                                                                      const std::string& topic) const;
    /// Commits for a group without members.
    void commit(const std::string& group, const std::string& topic, std::int32_t partition,
                std::int64_t offset, const std::string& metadata) const;
    /// The offset that each partition gives to its next record.
    [[nodiscard]] offsets ends(const std::string& topic) const;
    /// Removes the group with its offsets; it must have no members.
    void delete_group(const std::string& group) const;

private:
    [[nodiscard]] broker::client producer(const std::vector<broker::property>& further = {}) const;
    [[nodiscard]] broker::client consumer(const std::string& group) const;
    [[nodiscard]] broker::event await_answer(const broker::queue& answers) const;

    std::string brokers_;
};

}  // namespace tests
