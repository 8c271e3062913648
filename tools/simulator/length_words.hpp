#pragma once

#include <cstddef>
#include <optional>

#include "tools/simulator/api_error.hpp"

namespace simulator {

/// In whose words a text is refused that is too long to be embedded.
enum class length_words {
    service,   ///< as OpenAI and Azure say it
    vllm,      ///< a sentence of its own about embeddings
    tei,       ///< text-embeddings-inference: with status 413
    llama_cpp  ///< as an error of the server, with status 500
};

/// The refusal of a text of so many tokens, where `allowed` are taken; nothing where the service's own words
/// are wanted.
[[nodiscard]] std::optional<api_error> refusal_of_length(length_words words, std::size_t allowed,
                                                         std::size_t counted);

}  // namespace simulator
