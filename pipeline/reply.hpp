#pragma once

#include <boost/container/small_vector.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "pipeline/embedding.hpp"
#include "pipeline/job.hpp"
#include "pipeline/quota_notice.hpp"
#include "pipeline/trace_context.hpp"

namespace pipeline {

/// What one HTTP request asks: the pieces of one batch and their shape. Views into the jobs, which wait
/// until the call has ended.
struct request {
    const shape* form = nullptr;
    std::vector<std::string_view> pieces;
    std::optional<trace_context> trace = std::nullopt;  ///< that all of its jobs are a part of
};

/// Tokens as the service billed them.
struct usage {
    std::int64_t prompt_tokens = 0;
    std::int64_t completion_tokens = 0;
    std::int64_t total_tokens = 0;

    usage& operator+=(const usage& other)
    {
        prompt_tokens += other.prompt_tokens;
        completion_tokens += other.completion_tokens;
        total_tokens += other.total_tokens;
        return *this;
    }
    bool operator==(const usage&) const = default;
};

/// One choice of a completion or chat answer, or a response, kept as the JSON that came.
struct choice {
    /// Completions: the text as a JSON string; chat: the message object; responses: the texts of the output,
    /// joined, as a JSON string, or null where it has none.
    std::string content;
    /// As sent, without quotes; empty where absent or null. Responses: why they are incomplete.
    std::string finish_reason;
    /// Further members kept, as `"logprobs":…,"content_filter_results":…`. Responses:
    /// `"status":…,"output":…`.
    std::string extras;
    bool refused = false;  ///< chat: message.refusal is a text; responses: a part of the output is a refusal
};

/// The choices of one prompt or message list, in the order of their index.
struct generation {
    std::vector<choice> choices;
    std::string prompt_filter;  ///< prompt_filter_results entry of this prompt, as JSON; empty where absent
    /// Of the whole reply, as `"id":…,"created":…`; empty where absent. Responses: all that is not in
    /// `extras`.
    std::string envelope;
};

using answer = std::variant<embedding, generation>;

/// Of one question; most have one piece.
using answer_list = boost::container::small_vector<answer, 1>;

/// What came back for one request, joined by index and checked.
struct reply {
    std::vector<answer> answers;  ///< one for each piece of the request, in its order
    usage used;
    std::string model;       ///< as the service names it; empty where it does not
    std::string request_id;  ///< x-request-id or apim-request-id; empty where absent
    quota_notice quota;      ///< what the service says of its limits along with it
};

}  // namespace pipeline
