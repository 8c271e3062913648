// record_writer: lines become Kafka records, fast, and every one is accounted for. See --help.

#include <CLI/CLI.hpp>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <optional>
#include <stdexcept>

#include "tools/broker/client.hpp"
#include "tools/reading/published.hpp"

namespace {

constexpr int poll_when_full_ms = 100;
constexpr int flush_step_ms = 1'000;

struct order {
    std::string brokers;
    std::string topic;
    std::string input = "-";
    std::string key_pointer;
    std::int64_t count = 0;
    std::int32_t partition = RD_KAFKA_PARTITION_UA;
    std::vector<std::string> headers;
    std::vector<std::string> properties;
};

/// What became of the records, counted by the delivery reports.
struct deliveries {
    std::int64_t written = 0;
    std::int64_t failed = 0;
    std::string first_problem;
};

void count_delivery(rd_kafka_t*, const rd_kafka_message_t* report, void* counts)
{
    auto& so_far = *static_cast<deliveries*>(counts);
    if (!report->err) {
        ++so_far.written;
    } else if (so_far.failed++ == 0) {
        so_far.first_problem = rd_kafka_message_errstr(report);
    }
}

class record_writer {
public:
    explicit record_writer(const order& asked)
        : asked_{asked}, headers_{broker::parse_properties(asked.headers)}
    {
        std::vector<broker::property> properties{{"bootstrap.servers", asked.brokers},
                                                 {"enable.idempotence", "true"},
                                                 {"linger.ms", "20"},
                                                 {"partitioner", "murmur2_random"},
                                                 {"sticky.partitioning.linger.ms", "0"}};
        for (const auto& each : broker::parse_properties(asked.properties)) properties.push_back(each);
        client_ = broker::open(broker::role::producer, properties, count_delivery, &counts_);
    }

    void write(const std::string& line)
    {
        const auto key =
            asked_.key_pointer.empty() ? std::nullopt : reading::text_at(line, asked_.key_pointer);
        if (!asked_.key_pointer.empty() && !key) ++without_key_;
        for (;;) {
            const auto problem = offer(line, key);
            if (!problem) break;
            if (problem != RD_KAFKA_RESP_ERR__QUEUE_FULL) {
                throw std::runtime_error{"a record of " + std::to_string(line.size()) +
                                         " bytes was refused: " + rd_kafka_err2str(problem)};
            }
            rd_kafka_poll(client_.get(), poll_when_full_ms);
        }
        ++offered_;
        bytes_ += line.size();
        rd_kafka_poll(client_.get(), 0);
    }

    /// Waits for the reports of everything offered.
    const deliveries& finish()
    {
        while (counts_.written + counts_.failed < offered_) rd_kafka_poll(client_.get(), flush_step_ms);
        return counts_;
    }

    [[nodiscard]] std::size_t bytes() const { return bytes_; }
    [[nodiscard]] std::int64_t offered() const { return offered_; }
    [[nodiscard]] std::int64_t without_key() const { return without_key_; }

private:
    rd_kafka_resp_err_t offer(const std::string& line, const std::optional<std::string>& key)
    {
        broker::headers headers{rd_kafka_headers_new(headers_.size())};
        for (const auto& [name, value] : headers_) {
            rd_kafka_header_add(headers.get(), name.data(), static_cast<ssize_t>(name.size()), value.data(),
                                static_cast<ssize_t>(value.size()));
        }
        // With RD_KAFKA_MSG_F_COPY librdkafka only reads the bytes; its interface wants them non-const.
        const auto problem = rd_kafka_producev(
            client_.get(), RD_KAFKA_VTYPE_TOPIC, asked_.topic.c_str(), RD_KAFKA_VTYPE_PARTITION,
            asked_.partition, RD_KAFKA_VTYPE_KEY, key ? key->data() : nullptr,
            key ? key->size() : std::size_t{0}, RD_KAFKA_VTYPE_VALUE, const_cast<char*>(line.data()),
            line.size(), RD_KAFKA_VTYPE_MSGFLAGS, RD_KAFKA_MSG_F_COPY, RD_KAFKA_VTYPE_HEADERS, headers.get(),
            RD_KAFKA_VTYPE_END);
        if (!problem) static_cast<void>(headers.release());  // librdkafka owns them now
        return problem;
    }

    const order& asked_;
    std::vector<broker::property> headers_;
    deliveries counts_;
    std::int64_t offered_ = 0;
    std::int64_t without_key_ = 0;
    std::size_t bytes_ = 0;
    broker::client client_;  // last: its destructor may still report deliveries
};

int write_all(const order& asked)
{
    std::ifstream file;
    if (asked.input != "-") {
        file.open(asked.input);
        if (!file) throw std::runtime_error{"cannot read " + asked.input};
    }
    std::istream& lines = asked.input == "-" ? std::cin : file;

    const auto began = std::chrono::steady_clock::now();
    record_writer writer{asked};
    std::string line;
    while ((asked.count == 0 || writer.offered() < asked.count) && std::getline(lines, line))
        writer.write(line);
    const auto& counts = writer.finish();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;

    std::printf("written: %lld failed: %lld bytes: %zu seconds: %.2f\n",
                static_cast<long long>(counts.written), static_cast<long long>(counts.failed), writer.bytes(),
                took.count());
    if (writer.without_key() > 0) {
        std::cerr << "record_writer: " << writer.without_key() << " records have nothing at "
                  << asked.key_pointer << " and were written without a key\n";
    }
    if (counts.failed > 0) std::cerr << "record_writer: the first failure: " << counts.first_problem << '\n';
    if (asked.count > 0 && counts.written < asked.count) {
        std::cerr << "record_writer: the input ended before " << asked.count << " lines\n";
        return 1;
    }
    return counts.failed == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv)
{
    order asked;
    CLI::App program{
        "Writes each line of a file or of standard input as one record, and ends when the broker has\n"
        "acknowledged every one of them. The last line of output says how many were written.\n\n"
        "  record_writer --brokers 127.0.0.1:9092 --topic documents --input documents.jsonl --key /id"};
    program.add_option("--brokers", asked.brokers, "Bootstrap address")->required();
    program.add_option("--topic", asked.topic, "Where to")->required();
    program.add_option("--input", asked.input, "File of lines, or - for standard input")
        ->capture_default_str();
    program.add_option(
        "--key", asked.key_pointer,
        "JSON Pointer to the record's key, a string or number; equal keys share a partition. Without "
        "it records have no key and go to random partitions");
    program.add_option("--count", asked.count, "Write the first N lines only; fail where there are fewer");
    program.add_option("--partition", asked.partition, "Write everything to this partition");
    program.add_option("--header", asked.headers, "NAME=VALUE, added to every record");
    program.add_option("--property", asked.properties,
                       "Property of librdkafka, for example message.max.bytes=30000000");
    CLI11_PARSE(program, argc, argv);
    try {
        return write_all(asked);
    } catch (const std::exception& problem) {
        std::cerr << "record_writer: " << problem.what() << '\n';
        return 1;
    }
}
