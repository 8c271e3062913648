#pragma once

#include <optional>

#include "tools/simulator/api_error.hpp"
#include "tools/simulator/call.hpp"
#include "tools/simulator/length_words.hpp"
#include "tools/simulator/model.hpp"

namespace simulator {

/// Tokens of all inputs of one embeddings request together, by the quick estimate.
constexpr std::size_t max_request_tokens = 300'000;

/// Why the service would not take this call, although its body is well formed; nothing where it would.
[[nodiscard]] std::optional<api_error> over_a_limit(const call& asked, const model_limits& model,
                                                    std::size_t max_inputs, length_words words);

}  // namespace simulator
