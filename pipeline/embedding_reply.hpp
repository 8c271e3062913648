#pragma once

#include <string>

#include "pipeline/failure.hpp"
#include "pipeline/reply.hpp"

namespace pipeline {

/// Reads the body of a 200 answer to a request for embeddings; see read_reply. One pass in place: such
/// bodies are the largest that the program reads.
[[nodiscard]] result<reply> read_embedding_reply(const request& ask, shared_bytes body);

}  // namespace pipeline
