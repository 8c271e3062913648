// mock_broker: librdkafka's built-in mock cluster as a process of its own. See --help.

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>  // needs the one above
#include <CLI/CLI.hpp>

#include <csignal>
#include <iostream>
#include <stdexcept>

#include "tools/broker/client.hpp"

namespace {

using mock_cluster =
    std::unique_ptr<rd_kafka_mock_cluster_t, broker::destroyer<rd_kafka_mock_cluster_destroy>>;

constexpr auto help =
    "A broker without a JVM: the mock cluster that librdkafka tests itself with, as a process.\n"
    "Prints its bootstrap address as the first line, then serves until SIGTERM or SIGINT.\n\n"
    "  mock_broker --topic documents:8 --topic vectors:16 --topic dead:1\n\n"
    "Good for demonstrations and quick tests. Its limits:\n"
    "  - everything is in memory, and 5 MiB (or 100,000 batches) a partition is all that is kept: the "
    "oldest\n"
    "    records fall off silently. Spread large outputs over many partitions.\n"
    "  - it listens on 127.0.0.1 with a port of its own choice\n"
    "  - an empty fetch waits for the reader's whole fetch.wait.max.ms: set that to 20 or so\n"
    "  - a group waits 3 s before its first assignment, and members should set session.timeout.ms to 6000\n"
    "  - topics cannot be created or described by clients, timestamps and isolation levels mean nothing,\n"
    "    and there is no authentication\n"
    "For everything else there is tools/kafka.";

void serve(int brokers, const std::vector<std::string>& topics)
{
    // Blocked before librdkafka starts its threads, which inherit the mask: only sigwait() sees the signals.
    sigset_t stop;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    sigaddset(&stop, SIGINT);
    pthread_sigmask(SIG_BLOCK, &stop, nullptr);

    // Its host is a client without a broker of its own, which librdkafka would warn about.
    const std::vector<broker::property> quiet{{"log_level", "3"}};
    const auto host = broker::open(broker::role::producer, quiet);
    const mock_cluster cluster{rd_kafka_mock_cluster_new(host.get(), brokers)};
    if (!cluster) throw std::runtime_error{"the mock cluster did not start"};
    for (const auto& text : topics) {
        const auto plan = broker::parse_topic(text);
        const auto problem =
            rd_kafka_mock_topic_create(cluster.get(), plan.name.c_str(), plan.partitions, /*replicas=*/1);
        if (problem) throw std::runtime_error{plan.name + ": " + rd_kafka_err2str(problem)};
    }
#if RD_KAFKA_VERSION >= 0x020600ff
    rd_kafka_mock_group_initial_rebalance_delay_ms(cluster.get(), 0);
#endif
    std::cout << rd_kafka_mock_cluster_bootstraps(cluster.get()) << std::endl;

    int signal = 0;
    sigwait(&stop, &signal);
}

}  // namespace

int main(int argc, char** argv)
{
    int brokers = 1;
    std::vector<std::string> topics;
    CLI::App program{help};
    program.add_option("--topic", topics, "NAME:PARTITIONS, once for each topic");
    program.add_option("--brokers", brokers, "Brokers of the cluster")
        ->capture_default_str()
        ->check(CLI::Range(1, 9));
    CLI11_PARSE(program, argc, argv);
    try {
        serve(brokers, topics);
        return 0;
    } catch (const std::exception& problem) {
        std::cerr << "mock_broker: " << problem.what() << '\n';
        return 1;
    }
}
