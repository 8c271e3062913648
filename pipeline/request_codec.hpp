#pragma once

#include <string>
#include <string_view>

#include "pipeline/reply.hpp"

namespace pipeline {

/// The body of the request. `model` is written as a member where it is not empty (azure_v1 and openai).
/// Embeddings ask for base64 unless the parameters already choose an encoding_format.
/// Several pieces become an array; chat always has exactly one.
[[nodiscard]] std::string write_request(const request& ask, std::string_view model);

/// The same length without building it, for cutting batches by bytes.
[[nodiscard]] std::size_t request_overhead(const shape& form);

}  // namespace pipeline
