#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "pipeline/event_log.hpp"
#include "worker/kafka_failure.hpp"

namespace worker {

/// What is wrong with one Kafka client at present, so that the log tells of each trouble when it comes and
/// when it goes, however often librdkafka repeats it.
class kafka_trouble {
public:
    /// `client` is a word for the log: "consumer" or "producer".
    kafka_trouble(pipeline::event_log& log, std::string client) : log_{log}, client_{std::move(client)} {}

    /// `subject` is the topic concerned, or empty for the client as a whole.
    void arose(rd_kafka_resp_err_t error, std::string_view subject, std::string_view reason);
    /// Something concerning `subject` went well: its troubles are over, and so is what was passing.
    void passed(std::string_view subject)
    {
        if (!standing_.empty()) clear(subject);
    }
    /// A line of librdkafka's own log.
    void relay(int syslog_level, std::string_view line);

private:
    struct entry {
        rd_kafka_resp_err_t error;
        std::string subject;
    };
    void clear(std::string_view subject);

    pipeline::event_log& log_;
    std::string client_;
    std::vector<entry> standing_;
};

}  // namespace worker
