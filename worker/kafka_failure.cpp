#include "worker/kafka_failure.hpp"

#include <algorithm>
#include <array>

namespace worker {
namespace {

// Lists, not a switch: librdkafka's enumeration has about 180 values and each release adds some.

constexpr std::array for_the_operator{
    RD_KAFKA_RESP_ERR__AUTHENTICATION,
    RD_KAFKA_RESP_ERR__SSL,
    RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC,
    RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION,
    RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE,
    RD_KAFKA_RESP_ERR__INVALID_ARG,
    RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED,
    RD_KAFKA_RESP_ERR__BAD_COMPRESSION,
    RD_KAFKA_RESP_ERR__BAD_MSG,
    RD_KAFKA_RESP_ERR_INVALID_MSG,
    RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART,
    RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION,
    RD_KAFKA_RESP_ERR_OFFSET_METADATA_TOO_LARGE,
    RD_KAFKA_RESP_ERR_INVALID_REQUIRED_ACKS,
    RD_KAFKA_RESP_ERR_INCONSISTENT_GROUP_PROTOCOL,
    RD_KAFKA_RESP_ERR_INVALID_GROUP_ID,
    RD_KAFKA_RESP_ERR_INVALID_SESSION_TIMEOUT,
    RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED,
    RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED,
    RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED,
    RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
    RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM,
    RD_KAFKA_RESP_ERR_ILLEGAL_SASL_STATE,
    RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED,
    RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION,
    RD_KAFKA_RESP_ERR_UNSUPPORTED_FOR_MESSAGE_FORMAT,
    RD_KAFKA_RESP_ERR_UNSUPPORTED_COMPRESSION_TYPE,
    RD_KAFKA_RESP_ERR_POLICY_VIOLATION,
    RD_KAFKA_RESP_ERR_SECURITY_DISABLED,
    RD_KAFKA_RESP_ERR_GROUP_MAX_SIZE_REACHED,
};

constexpr std::array for_nobody{
    RD_KAFKA_RESP_ERR__FATAL,
    RD_KAFKA_RESP_ERR__FENCED,
    RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID,
};

// The broker answers for a batch as a whole, which may hold messages of other outcomes.
constexpr std::array for_a_message_of_the_batch{
    RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE,
    RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE,   RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP,
    RD_KAFKA_RESP_ERR_INVALID_RECORD,
};

constexpr std::array for_another_member{
    RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION,    RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID,
    RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS, RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID,
    RD_KAFKA_RESP_ERR__ASSIGNMENT_LOST,
};

constexpr std::array against_transactions{
    RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE,         RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION,
    RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT,  RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
    RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED,
};

constexpr std::array for_the_older_producer{
    RD_KAFKA_RESP_ERR__FENCED,
    RD_KAFKA_RESP_ERR_PRODUCER_FENCED,
    RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH,
};

template <class List>
bool contains(const List& list, rd_kafka_resp_err_t error)
{
    return std::find(list.begin(), list.end(), error) != list.end();
}

}  // namespace

kafka_severity severity_of(rd_kafka_resp_err_t error) noexcept
{
    if (contains(for_nobody, error)) return kafka_severity::fatal;
    if (contains(for_the_operator, error)) return kafka_severity::needs_operator;
    return kafka_severity::passing;
}

delivery_verdict judge_delivery(rd_kafka_resp_err_t error) noexcept
{
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return delivery_verdict::durable;
    if (contains(for_a_message_of_the_batch, error)) return delivery_verdict::suspicious;
    return delivery_verdict::again;
}

bool was_purged(rd_kafka_resp_err_t error) noexcept
{
    return error == RD_KAFKA_RESP_ERR__PURGE_QUEUE || error == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT;
}

transaction_verdict judge_transaction(const rd_kafka_error_t* error) noexcept
{
    if (error == nullptr) return transaction_verdict::done;
    if (rd_kafka_error_is_fatal(error) != 0) return transaction_verdict::rebuild;
    if (rd_kafka_error_txn_requires_abort(error) != 0) return transaction_verdict::abort;
    if (rd_kafka_error_is_retriable(error) != 0) return transaction_verdict::again;
    return transaction_verdict::rebuild;
}

bool forbids_transactions(rd_kafka_resp_err_t error) noexcept
{
    return contains(against_transactions, error);
}

bool is_too_long_for_a_commit(rd_kafka_resp_err_t error) noexcept
{
    return error == RD_KAFKA_RESP_ERR_OFFSET_METADATA_TOO_LARGE ||
           error == RD_KAFKA_RESP_ERR_INVALID_COMMIT_OFFSET_SIZE;
}

bool is_fenced(rd_kafka_resp_err_t error) noexcept { return contains(for_the_older_producer, error); }

bool is_stale_member(rd_kafka_resp_err_t error) noexcept { return contains(for_another_member, error); }

}  // namespace worker
