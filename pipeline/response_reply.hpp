#pragma once

#include <string>

#include "pipeline/failure.hpp"
#include "pipeline/reply.hpp"

namespace pipeline {

/// Reads the body of a 200 answer to a request for a response, not streamed and not in the background.
///
/// `completed` and `incomplete` are answers: one choice, whose content is the texts of the output joined. A
/// response that `failed` is judged by its error: server_error and vector_store_timeout are transient,
/// rate_limit_exceeded is throttled, content_filter is filtered, all others are refused. Everything that is
/// no answer (another status, an output that is no list, a message without a text) fails with
/// errc::transient.
[[nodiscard]] result<reply> read_response_reply(const request& ask, const std::string& body);

}  // namespace pipeline
