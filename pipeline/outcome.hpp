#pragma once

#include <optional>
#include <string>
#include <vector>

#include "pipeline/header_list.hpp"
#include "pipeline/record.hpp"
#include "pipeline/reply.hpp"

namespace pipeline {

/// How a job ended.
enum class ending {
    result,
    rejected,   ///< dead letter: the record or the request was refused
    filtered,   ///< dead letter: the content filter refused it
    expired,    ///< dead letter: past its deadline
    failed,     ///< dead letter: the service failed on it again and again while answering others
    tombstone,  ///< a deletion passed on
    skipped     ///< a deletion dropped because the route says so; publishes nothing
};

/// The word for it in headers, logs and metrics.
[[nodiscard]] std::string_view name_of(ending how) noexcept;

/// One message to publish.
struct message {
    std::string topic;
    std::optional<std::string> key;
    std::optional<std::string> value;
    header_list headers;
};

/// A text of a job of which less was asked than the record has.
struct truncation {
    std::size_t index = 0;  ///< of the text within its question
    std::size_t texts = 1;  ///< of the question
    std::size_t kept = 0;   ///< bytes, or token numbers
    std::size_t of = 0;
    piece_form counted_in = piece_form::text;

    bool operator==(const truncation&) const = default;
};

/// By what means a job was answered; summed over its calls.
struct provenance {
    std::string deployment;    ///< the last one that answered
    std::string model;         ///< as that service named it, else as configured
    std::string request_id;    ///< of the last call
    std::size_t attempts = 0;  ///< requests that this job took part in, repeated ones included
    usage used;
    std::vector<truncation> truncated = {};  ///< in no order
};

/// The one end of a job: its messages are published together, and the record is done when all of them
/// are durable.
struct outcome {
    ending how = ending::result;
    std::vector<message> messages;  ///< of a dead letter the first is the letter itself
    provenance by;
};

/// What the values of its messages hold.
[[nodiscard]] config::bytes weight_of(const outcome& what);

}  // namespace pipeline
