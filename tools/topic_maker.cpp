// topic_maker: creates topics with librdkafka's Admin API. See --help.

#include <CLI/CLI.hpp>

#include <array>
#include <iostream>
#include <stdexcept>

#include "tools/broker/client.hpp"

namespace {

using new_topic = std::unique_ptr<rd_kafka_NewTopic_t, broker::destroyer<rd_kafka_NewTopic_destroy>>;
using admin_options =
    std::unique_ptr<rd_kafka_AdminOptions_t, broker::destroyer<rd_kafka_AdminOptions_destroy>>;

constexpr int patience_ms = 30'000;
constexpr std::size_t reason_size = 512;

struct order {
    std::string brokers;
    std::vector<std::string> topics;
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

/// Says for each topic whether it exists now. A topic that was there before is fine: as it is.
bool report(rd_kafka_event_t* answer)
{
    if (const auto problem = rd_kafka_event_error(answer)) {
        throw std::runtime_error{rd_kafka_event_error_string(answer) + std::string{" ("} +
                                 rd_kafka_err2name(problem) + ")"};
    }
    std::size_t count = 0;
    const auto* const topics =
        rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(answer), &count);
    bool all_exist = true;
    for (std::size_t i = 0; i < count; ++i) {
        const auto problem = rd_kafka_topic_result_error(topics[i]);
        const std::string name = rd_kafka_topic_result_name(topics[i]);
        if (!problem) {
            std::cout << "created " << name << '\n';
        } else if (problem == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) {
            std::cout << "exists already: " << name << '\n';
        } else {
            std::cerr << "topic_maker: " << name << ": " << rd_kafka_topic_result_error_string(topics[i])
                      << '\n';
            all_exist = false;
        }
    }
    return all_exist;
}

bool create(const order& asked)
{
    const std::vector<broker::property> properties{{"bootstrap.servers", asked.brokers}};
    const auto client = broker::open(broker::role::producer, properties);
    const broker::queue answers{rd_kafka_queue_new(client.get())};

    std::vector<new_topic> owned;
    std::vector<rd_kafka_NewTopic_t*> wanted;
    for (const auto& text : asked.topics) {
        owned.push_back(describe(broker::parse_topic(text), asked));
        wanted.push_back(owned.back().get());
    }
    std::array<char, reason_size> reason{};
    const admin_options options{rd_kafka_AdminOptions_new(client.get(), RD_KAFKA_ADMIN_OP_CREATETOPICS)};
    if (rd_kafka_AdminOptions_set_request_timeout(options.get(), patience_ms, reason.data(), reason.size()) ||
        rd_kafka_AdminOptions_set_operation_timeout(options.get(), patience_ms, reason.data(),
                                                    reason.size())) {
        throw std::runtime_error{reason.data()};
    }
    rd_kafka_CreateTopics(client.get(), wanted.data(), wanted.size(), options.get(), answers.get());
    const broker::event answer{rd_kafka_queue_poll(answers.get(), patience_ms + 5'000)};
    if (!answer) throw std::runtime_error{"no answer from " + asked.brokers};
    return report(answer.get());
}

}  // namespace

int main(int argc, char** argv)
{
    order asked;
    CLI::App program{
        "Creates Kafka topics and waits until they exist. A topic that is there already stays as it is.\n"
        "The mock broker cannot create topics: name them when it is started.\n\n"
        "  topic_maker --brokers 127.0.0.1:9092 --topic documents:8 --topic vectors:16"};
    program.add_option("--brokers", asked.brokers, "Bootstrap address")->required();
    program.add_option("--topic", asked.topics, "NAME:PARTITIONS, once for each topic")->required();
    program.add_option("--replicas", asked.replicas, "Replicas of each partition")->capture_default_str();
    program.add_option("--config", asked.configs,
                       "Topic setting NAME=VALUE, for example max.message.bytes=20000000");
    CLI11_PARSE(program, argc, argv);
    try {
        return create(asked) ? 0 : 1;
    } catch (const std::exception& problem) {
        std::cerr << "topic_maker: " << problem.what() << '\n';
        return 1;
    }
}
