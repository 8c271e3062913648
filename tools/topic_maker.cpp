// topic_maker: creates topics, and makes them larger, with librdkafka's Admin API. See --help.

#include <CLI/CLI.hpp>

#include <array>
#include <iostream>
#include <stdexcept>

#include "tools/broker/client.hpp"

namespace {

using new_topic = std::unique_ptr<rd_kafka_NewTopic_t, broker::destroyer<rd_kafka_NewTopic_destroy>>;
using new_partitions =
    std::unique_ptr<rd_kafka_NewPartitions_t, broker::destroyer<rd_kafka_NewPartitions_destroy>>;
using admin_options =
    std::unique_ptr<rd_kafka_AdminOptions_t, broker::destroyer<rd_kafka_AdminOptions_destroy>>;

constexpr int patience_ms = 30'000;
constexpr std::size_t reason_size = 512;

struct order {
    std::string brokers;
    std::vector<std::string> topics;
    std::vector<std::string> larger;
    std::vector<std::string> configs;
    int replicas = 1;
};

new_topic describe(const broker::topic_plan& plan, const order& asked)
{
    std::array<char, reason_size> reason{};
    new_topic wanted{rd_kafka_NewTopic_new(plan.name.c_str(), plan.partitions, asked.replicas, reason.data(),
                                           reason.size())};
    if (!wanted) throw std::runtime_error{plan.name + ": " + reason.data()};
    for (const auto& [name, value] : broker::parse_properties(asked.configs)) {
        rd_kafka_NewTopic_set_config(wanted.get(), name.c_str(), value.c_str());
    }
    return wanted;
}

/// What the cluster says to one request.
class admin_call {
public:
    admin_call(rd_kafka_t* client, rd_kafka_admin_op_t what)
        : options_{rd_kafka_AdminOptions_new(client, what)}, answers_{rd_kafka_queue_new(client)}
    {
        std::array<char, reason_size> reason{};
        const auto failed = rd_kafka_AdminOptions_set_request_timeout(options_.get(), patience_ms,
                                                                      reason.data(), reason.size()) ||
                            rd_kafka_AdminOptions_set_operation_timeout(options_.get(), patience_ms,
                                                                        reason.data(), reason.size());
        if (failed) throw std::runtime_error{reason.data()};
    }

    [[nodiscard]] rd_kafka_AdminOptions_t* options() const { return options_.get(); }
    [[nodiscard]] rd_kafka_queue_t* answers() const { return answers_.get(); }

    [[nodiscard]] broker::event answer() const
    {
        broker::event found{rd_kafka_queue_poll(answers_.get(), patience_ms + 5'000)};
        if (!found) throw std::runtime_error{"no answer from the brokers"};
        if (const auto problem = rd_kafka_event_error(found.get())) {
            throw std::runtime_error{rd_kafka_event_error_string(found.get()) + std::string{" ("} +
                                     rd_kafka_err2name(problem) + ")"};
        }
        return found;
    }

private:
    admin_options options_;
    broker::queue answers_;
};

/// Says for each topic what became of it. One that was there before is fine: as it is.
bool report(const rd_kafka_topic_result_t* const* topics, std::size_t count, const char* done)
{
    bool all_well = true;
    for (std::size_t i = 0; i < count; ++i) {
        const auto problem = rd_kafka_topic_result_error(topics[i]);
        const std::string name = rd_kafka_topic_result_name(topics[i]);
        if (!problem) {
            std::cout << done << ' ' << name << '\n';
        } else if (problem == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) {
            std::cout << "exists already: " << name << '\n';
        } else {
            std::cerr << "topic_maker: " << name << ": " << rd_kafka_topic_result_error_string(topics[i])
                      << '\n';
            all_well = false;
        }
    }
    return all_well;
}

bool create(rd_kafka_t* client, const order& asked)
{
    std::vector<new_topic> owned;
    std::vector<rd_kafka_NewTopic_t*> wanted;
    for (const auto& text : asked.topics) {
        owned.push_back(describe(broker::parse_topic(text), asked));
        wanted.push_back(owned.back().get());
    }
    if (wanted.empty()) return true;
    const admin_call call{client, RD_KAFKA_ADMIN_OP_CREATETOPICS};
    rd_kafka_CreateTopics(client, wanted.data(), wanted.size(), call.options(), call.answers());
    const auto answer = call.answer();
    std::size_t count = 0;
    const auto* const topics =
        rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(answer.get()), &count);
    return report(topics, count, "created");
}

/// Leaves out topics that are as large already, so that whoever got no answer may ask again.
bool grow(rd_kafka_t* client, const order& asked)
{
    std::array<char, reason_size> reason{};
    std::vector<new_partitions> owned;
    std::vector<rd_kafka_NewPartitions_t*> wanted;
    for (const auto& text : asked.larger) {
        const auto plan = broker::parse_topic(text);
        if (broker::count_partitions(client, plan.name) >= plan.partitions) {
            std::cout << "large enough already: " << plan.name << '\n';
            continue;
        }
        owned.emplace_back(rd_kafka_NewPartitions_new(
            plan.name.c_str(), static_cast<std::size_t>(plan.partitions), reason.data(), reason.size()));
        if (!owned.back()) throw std::runtime_error{plan.name + ": " + reason.data()};
        wanted.push_back(owned.back().get());
    }
    if (wanted.empty()) return true;
    const admin_call call{client, RD_KAFKA_ADMIN_OP_CREATEPARTITIONS};
    rd_kafka_CreatePartitions(client, wanted.data(), wanted.size(), call.options(), call.answers());
    const auto answer = call.answer();
    std::size_t count = 0;
    const auto* const topics =
        rd_kafka_CreatePartitions_result_topics(rd_kafka_event_CreatePartitions_result(answer.get()), &count);
    return report(topics, count, "grown");
}

bool make(const order& asked)
{
    const std::vector<broker::property> properties{{"bootstrap.servers", asked.brokers}};
    const auto client = broker::open(broker::role::producer, properties);
    const bool all_exist = create(client.get(), asked);
    return grow(client.get(), asked) && all_exist;
}

}  // namespace

int main(int argc, char** argv)
{
    order asked;
    CLI::App program{
        "Creates Kafka topics and waits until they exist. A topic that is there already stays as it is;\n"
        "--grow adds partitions to one.\n"
        "The mock broker cannot create topics: name them when it is started.\n\n"
        "  topic_maker --brokers 127.0.0.1:9092 --topic documents:8 --topic vectors:16"};
    program.add_option("--brokers", asked.brokers, "Bootstrap address")->required();
    program.add_option("--topic", asked.topics, "NAME:PARTITIONS, once for each topic");
    program.add_option("--grow", asked.larger,
                       "NAME:PARTITIONS of a topic that is to have so many from now on. Keys move to other "
                       "partitions by that");
    program.add_option("--replicas", asked.replicas, "Replicas of each partition")->capture_default_str();
    program.add_option("--config", asked.configs,
                       "Topic setting NAME=VALUE, for example max.message.bytes=20000000");
    program.require_option(2, 0);  // the brokers, and something to do
    CLI11_PARSE(program, argc, argv);
    try {
        return make(asked) ? 0 : 1;
    } catch (const std::exception& problem) {
        std::cerr << "topic_maker: " << problem.what() << '\n';
        return 1;
    }
}
