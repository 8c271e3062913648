#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/child_process.hpp"
#include "tests/support/real_kafka.hpp"
#include "tools/simulator/running_server.hpp"

namespace tests {

/// How a run of the program ended.
struct mill_run {
    int exit_code = 0;
    std::string output;
    std::string log;
};

/// The real program between a real Kafka and a simulated service. Topics and groups of each rig have names
/// of their own, so that rigs do not see each other.
class mill_rig {
public:
    explicit mill_rig(const simulator::options& service = {});
    mill_rig(const simulator::options& service, real_kafka kafka);
    ~mill_rig();
    mill_rig(const mill_rig&) = delete;
    mill_rig& operator=(const mill_rig&) = delete;

    /// What a configuration writes as "${RUN}-name".
    [[nodiscard]] std::string named(std::string_view name) const { return run_ + "-" + std::string{name}; }
    /// Topics "${RUN}-name".
    void make_topics(const std::vector<topic_order>& topics) const;
    void write(std::string_view topic, const std::vector<kafka_record>& records) const;
    [[nodiscard]] std::vector<kafka_record> read(std::string_view topic) const;
    /// Whether the group "${RUN}" (or "${RUN}-name") has committed a topic to its end.
    [[nodiscard]] bool has_committed_all(std::string_view topic, const std::string& group) const;
    [[nodiscard]] bool has_committed_all(std::string_view topic) const;

    /// Writes the configuration: the section "kafka", and these members. They may use ${RUN}, and
    /// ${SIMULATOR} for the address of the service; the variable KEY holds `key`.
    void configure(std::string_view members);
    /// The same with more members in the section "kafka".
    void configure(std::string_view members, std::string_view kafka_members);
    static constexpr const char* key = "a-key-for-tests";
    /// Where the program finds the brokers, where that is not where the test does.
    void reach_brokers_at(std::string address) { brokers_ = std::move(address); }

    /// Starts `batchmill COMMAND -c FILE ARGUMENTS...`.
    [[nodiscard]] child_process start(const std::string& command,
                                      const std::vector<std::string>& arguments = {}) const;
    /// The same, and waits for its end.
    [[nodiscard]] mill_run run(const std::string& command,
                               const std::vector<std::string>& arguments = {}) const;
    /// `batchmill run --until-end`.
    [[nodiscard]] mill_run run_until_end() const { return run("run", {"--until-end"}); }

    [[nodiscard]] const std::string& group() const { return run_; }
    [[nodiscard]] const real_kafka& kafka() const { return kafka_; }
    [[nodiscard]] simulator::running_server& service() { return service_; }

private:
    real_kafka kafka_;
    simulator::running_server service_;
    std::string run_;
    std::string brokers_;
    std::filesystem::path folder_;
    mutable int started_ = 0;
};

}  // namespace tests
