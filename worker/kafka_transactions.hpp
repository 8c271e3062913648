#pragma once

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <memory>
#include <string>

#include "worker/kafka_blocking.hpp"
#include "worker/kafka_failure.hpp"
#include "worker/kafka_production.hpp"

namespace worker {

/// A producer of librdkafka with a transactional id, one transaction at a time.
///
/// Its calls block (up to transaction_timeout and the time that a cluster without coordinator takes), so that
/// they run on a thread of its own; the loop must serve the producer meanwhile, because a commit or an abort
/// waits for delivery reports. What a call came to is a verdict, not an exception.
class kafka_transactions {
public:
    /// `bell`, `trouble` and `sign_in`, where there are some, must outlive it. `conf` has a transactional id.
    /// What can be repeated is repeated for as long as `is_wanted` says so.
    kafka_transactions(kafka_conf conf, kafka_wakeup& bell, kafka_trouble& trouble, kafka_sign_in* sign_in,
                       std::function<bool()> is_wanted);
    /// Fences predecessors with the same id and ends their transactions.
    boost::asio::awaitable<transaction_verdict> initialise();
    boost::asio::awaitable<transaction_verdict> begin();
    /// `group` is what rd_kafka_consumer_group_metadata() said of the consumer of those offsets.
    boost::asio::awaitable<transaction_verdict> send_offsets(const rd_kafka_topic_partition_list_t& offsets,
                                                             const rd_kafka_consumer_group_metadata_t& group);
    boost::asio::awaitable<transaction_verdict> commit();
    boost::asio::awaitable<transaction_verdict> abort();

    [[nodiscard]] kafka_production& producer() noexcept { return producer_; }
    /// The last error of a call, or the one that has ended the producer; and words for it.
    [[nodiscard]] rd_kafka_resp_err_t error() const noexcept { return error_; }
    [[nodiscard]] const std::string& reason() const noexcept { return reason_; }

private:
    using call = std::function<rd_kafka_error_t*()>;
    boost::asio::awaitable<transaction_verdict> run(call what, const char* doing);
    void note(const rd_kafka_error_t& error, transaction_verdict verdict, const char* doing);

    kafka_trouble& trouble_;
    std::function<bool()> is_wanted_;
    kafka_production producer_;
    kafka_blocking thread_;
    rd_kafka_resp_err_t error_ = RD_KAFKA_RESP_ERR_NO_ERROR;
    std::string reason_;
};

}  // namespace worker
