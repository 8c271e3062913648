#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "pipeline/reply.hpp"

namespace pipeline {

/// The body of the request. `model` is written as a member where it is not empty (azure_v1 and openai).
/// Embeddings ask for base64 unless the parameters already choose an encoding_format: a fraction of the
/// bytes and of the work of decimals, and exact.
/// Responses are asked not to be stored unless the parameters say whether they are.
/// Several pieces become an array; chat and responses always have exactly one.
[[nodiscard]] std::string write_request(const request& ask, std::string_view model);

/// The most bytes that such a body has beside its pieces and one comma for each, without building it: for
/// cutting batches by bytes.
[[nodiscard]] std::size_t request_overhead(const shape& form, std::string_view model = {});

/// Whether the body says in which form it wants its vectors.
[[nodiscard]] bool asks_for_base64(const shape& form);

}  // namespace pipeline
