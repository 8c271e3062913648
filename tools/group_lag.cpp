// group_lag: how far a consumer group has committed some topics. See --help.

#include <CLI/CLI.hpp>

#include <iostream>
#include <stdexcept>

#include "tools/broker/client.hpp"

namespace {

constexpr int patience_ms = 10'000;

struct order {
    std::string brokers;
    std::string group;
    std::vector<std::string> topics;
};

/// Records of all partitions together.
struct progress {
    std::int64_t end = 0;
    std::int64_t committed = 0;
};

void require(rd_kafka_resp_err_t problem, const std::string& what)
{
    if (problem) throw std::runtime_error{what + ": " + rd_kafka_err2str(problem)};
}

progress ask(const order& asked)
{
    // A member of the group in name only: it never subscribes, so nobody makes room for it.
    const std::vector<broker::property> properties{{"bootstrap.servers", asked.brokers},
                                                   {"group.id", asked.group}};
    const auto client = broker::open(broker::role::consumer, properties);
    const broker::partition_list partitions{rd_kafka_topic_partition_list_new(/*size=*/16)};
    progress so_far;
    for (const auto& topic : asked.topics) {
        const auto count = broker::count_partitions(client.get(), topic);
        for (std::int32_t number = 0; number < count; ++number) {
            rd_kafka_topic_partition_list_add(partitions.get(), topic.c_str(), number);
            std::int64_t low = 0;
            std::int64_t high = 0;
            require(rd_kafka_query_watermark_offsets(client.get(), topic.c_str(), number, &low, &high,
                                                     patience_ms),
                    "the end of topic " + topic);
            so_far.end += high;
        }
    }
    require(rd_kafka_committed(client.get(), partitions.get(), patience_ms),
            "the offsets of group " + asked.group);
    for (int i = 0; i < partitions->cnt; ++i) {
        const auto& each = partitions->elems[i];
        require(each.err, "the offset of a partition of " + std::string{each.topic});
        if (each.offset > 0) so_far.committed += each.offset;
    }
    return so_far;
}

}  // namespace

int main(int argc, char** argv)
{
    order asked;
    CLI::App program{
        "Says how far a consumer group has committed some topics: the records that were ever written to "
        "them,\n"
        "those below the committed offsets, and the difference. It does not join the group.\n\n"
        "  group_lag --brokers 127.0.0.1:9092 --group batchmill --topic documents\n"
        "  {\"end\":2000,\"committed\":1500,\"lag\":500}"};
    program.add_option("--brokers", asked.brokers, "Bootstrap address")->required();
    program.add_option("--group", asked.group, "The consumer group")->required();
    program.add_option("--topic", asked.topics, "Once for each topic")->required();
    CLI11_PARSE(program, argc, argv);
    try {
        const auto found = ask(asked);
        std::cout << R"({"end":)" << found.end << R"(,"committed":)" << found.committed << R"(,"lag":)"
                  << found.end - found.committed << "}\n";
        return 0;
    } catch (const std::exception& problem) {
        std::cerr << "group_lag: " << problem.what() << '\n';
        return 1;
    }
}
