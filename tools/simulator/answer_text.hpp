#pragma once

#include <cstddef>
#include <string>

#include "tools/simulator/call.hpp"

namespace simulator {

/// What the simulated model says: a function of the request alone, so that a test can say in advance
/// what must come back, and a reader can see which question an answer belongs to.
struct generated_text {
    std::string text;
    std::size_t tokens = 0;
    bool cut = false;  ///< max_tokens ended it: finish_reason `length`
};

/// For chat: how many messages, their roles, a fingerprint of roles and texts, and the first words of the
/// last user message; as an object where a JSON object was asked for. Where the answer has to fit a schema,
/// or to be a call of a tool: values that fit, and the fingerprint as every text; then `text` is the
/// arguments.
[[nodiscard]] generated_text chat_answer(const chat_parameters& asked, std::size_t choice);

/// For completions: a fingerprint and the first words of the prompt, after the prompt itself with `echo`.
[[nodiscard]] generated_text completion_answer(const input& prompt, const completions_parameters& asked,
                                               std::size_t choice);

}  // namespace simulator
