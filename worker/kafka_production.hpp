#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>

#include "pipeline/latch.hpp"
#include "pipeline/outcome.hpp"
#include "worker/kafka_conf.hpp"
#include "worker/kafka_sign_in.hpp"
#include "worker/kafka_trouble.hpp"
#include "worker/kafka_wakeup.hpp"

namespace worker {

/// The reports that one round of producing waits for.
class kafka_round {
public:
    void expect() noexcept { ++missing_; }
    void came()
    {
        if (--missing_ == 0) complete_.open();
    }
    /// Completes when every report has come. Call it once, after the last expect().
    pipeline::latch::awaiter all_reported()
    {
        came();
        return complete_.wait();
    }

private:
    std::size_t missing_ = 1;  // all_reported() itself, so that early reports do not complete the round
    pipeline::latch complete_;
};

/// One message and what became of it. librdkafka holds its address, and that of the message's value,
/// from post() to the report.
struct kafka_delivery {
    const pipeline::message* what = nullptr;
    kafka_round* round = nullptr;  ///< absent: nobody waits for the report by itself
    rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR_NO_ERROR;
    bool is_durable = false;
    bool is_suspect = false;  ///< the broker refused a batch that it was in
};

/// One producer of librdkafka. An idempotent producer can come to an end of its own (a fatal error): then
/// everything that is not durable is reported as failed, and it takes nothing more.
class kafka_production {
public:
    /// All must outlive it; `sign_in` may be null.
    kafka_production(kafka_conf conf, kafka_wakeup& bell, kafka_trouble& trouble, kafka_sign_in* sign_in);

    /// Hands a message over; its value is not copied. With NO_ERROR a report will come; with _QUEUE_FULL it
    /// is worth trying again after some other report; any other error is final for this producer.
    [[nodiscard]] rd_kafka_resp_err_t post(kafka_delivery& delivery);
    /// Takes what librdkafka has to tell. Gives how many reports there were.
    std::size_t serve();
    /// Everything unreported will be reported soon, failed where it is not known to be durable.
    void purge();

    [[nodiscard]] rd_kafka_t* native() const noexcept { return client_.get(); }
    [[nodiscard]] bool is_broken() const noexcept { return is_broken_; }
    [[nodiscard]] std::size_t unreported() const noexcept { return unreported_; }
    /// Messages reported as not written, ever.
    [[nodiscard]] std::size_t failed() const noexcept { return failed_; }
    /// The client alone, to be destroyed on a thread that may wait. Nothing may be unreported.
    [[nodiscard]] kafka_client retire();

private:
    /// Null where librdkafka refuses the name.
    [[nodiscard]] rd_kafka_topic_t* topic_of(const std::string& name);
    void report(const rd_kafka_message_t& message);
    void note_error(rd_kafka_event_t* event);

    kafka_trouble& trouble_;
    kafka_sign_in* sign_in_;
    kafka_client client_;
    std::optional<kafka_sign_in::recipient> recipient_;
    std::map<std::string, kafka_topic>
        topics_;  ///< kept, because looking one up takes a lock of the client's
    std::optional<kafka_inbox> inbox_;
    std::size_t unreported_ = 0;
    std::size_t failed_ = 0;
    bool is_broken_ = false;
};

}  // namespace worker
