#pragma once

#include <optional>
#include <string_view>

#include "pipeline/failure.hpp"

namespace worker {

/// What the message of an error says about the length of a text: how many tokens it may have, and how many it
/// has where that is said exactly. Of a limit that prompt and answer share, what is asked for as the answer
/// is taken off. Nothing where it is no message of this kind.
///
/// Known are the words of OpenAI and Azure, vLLM, text-embeddings-inference and llama.cpp's server. Foreign
/// bytes: the numbers may be any, negative ones included. Pure.
[[nodiscard]] std::optional<pipeline::token_counts> read_token_counts(std::string_view message);

}  // namespace worker
