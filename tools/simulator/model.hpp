#pragma once

#include <cstddef>
#include <string_view>

#include "tools/simulator/route.hpp"

namespace simulator {

/// What the simulator knows of a model, told from its name.
struct model_limits {
    std::size_t default_dimensions = 1536;
    std::size_t max_dimensions = 1536;
    bool dimensions_settable = true;       ///< the text-embedding-3 family; ada-002 refuses the parameter
    std::size_t input_tokens = 8191;       ///< embeddings: the longest input
    std::size_t context_tokens = 128'000;  ///< completions and chat: prompt and answer together
};

/// A name that says nothing is taken for a model that can do everything.
[[nodiscard]] model_limits limits_of(std::string_view model);

/// Whether the model answers that operation: embedding models only embed, `gpt-*` and reasoning models only
/// chat and make responses, `*-instruct`, davinci and babbage only complete.
[[nodiscard]] bool supports(std::string_view model, operation asks);

}  // namespace simulator
