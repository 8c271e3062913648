#pragma once

#include <librdkafka/rdkafka.h>

#include <stdexcept>
#include <string>

namespace worker {

/// What an error of librdkafka asks of whom.
enum class kafka_severity {
    passing,         ///< the network or the cluster; librdkafka tries again by itself
    needs_operator,  ///< a right, a topic or a setting is missing; we go on trying
    fatal            ///< this process can do nothing more; another instance may be working
};

/// One map for all errors. Those that are not listed in it are passing, because giving up wrongly loses more
/// than waiting wrongly. https://kafka.apache.org/protocol#protocol_error_codes
[[nodiscard]] kafka_severity severity_of(rd_kafka_resp_err_t error) noexcept;

/// What the report of one produced message means.
enum class delivery_verdict {
    durable,
    again,       ///< not written, or not known to be: produce it again
    suspicious,  ///< a message of its batch can never be written: find out whether it is this one
};
[[nodiscard]] delivery_verdict judge_delivery(rd_kafka_resp_err_t error) noexcept;

/// A message was given up by us, not by the cluster.
[[nodiscard]] bool was_purged(rd_kafka_resp_err_t error) noexcept;

/// What the answer to a call about a transaction asks for.
enum class transaction_verdict {
    done,
    again,    ///< the same call once more
    abort,    ///< the transaction is to be aborted; another one may succeed
    rebuild,  ///< this producer has come to its end
    unwanted  ///< nobody waits for it any more; how it ended is not known
};
/// Null is success. In the order that the library prescribes (rdkafka.h, "Transactional producer API").
[[nodiscard]] transaction_verdict judge_transaction(const rd_kafka_error_t* error) noexcept;

/// No other producer would fare better: the operator has to change something.
[[nodiscard]] bool forbids_transactions(rd_kafka_resp_err_t error) noexcept;

/// The metadata of one partition, or of all of them together.
[[nodiscard]] bool is_too_long_for_a_commit(rd_kafka_resp_err_t error) noexcept;

/// Another producer has taken over the transactional id, or the cluster has given the transaction up.
[[nodiscard]] bool is_fenced(rd_kafka_resp_err_t error) noexcept;

/// Whether a commit failed because the group has moved on: the same commit would fail again, and what it
/// was for is read again by whoever holds the partition next.
[[nodiscard]] bool is_stale_member(rd_kafka_resp_err_t error) noexcept;

/// An answer that could not be had from the cluster while starting or rebalancing.
class kafka_error : public std::runtime_error {
public:
    kafka_error(rd_kafka_resp_err_t code, const std::string& doing)
        : kafka_error{code, doing, rd_kafka_err2str(code)}
    {}
    kafka_error(rd_kafka_resp_err_t code, const std::string& doing, const std::string& reason)
        : std::runtime_error{doing + ": " + reason}, code_{code}
    {}
    [[nodiscard]] rd_kafka_resp_err_t code() const noexcept { return code_; }

private:
    rd_kafka_resp_err_t code_;
};

}  // namespace worker
