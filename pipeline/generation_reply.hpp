#pragma once

#include <string>

#include "pipeline/failure.hpp"
#include "pipeline/reply.hpp"

namespace pipeline {

/// Reads the body of a 200 answer to a request for completions or chat; see read_reply.
///
/// The choices of several prompts stand prompt by prompt: choice j of prompt k has the index k·n + j.
[[nodiscard]] result<reply> read_generation_reply(const request& ask, const std::string& body);

}  // namespace pipeline
