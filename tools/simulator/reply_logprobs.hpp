#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// Log probabilities of invented answers: one for each token as token_count.hpp counts them, drawn from the
/// token itself, with as many alternatives beside it as were asked for.
namespace simulator {

/// `choices[].logprobs` of a chat. A part that is empty is null.
[[nodiscard]] std::string chat_logprobs(std::string_view content, std::string_view refusal,
                                        std::size_t alternatives);

/// `logprobs` of a text in the output of a response.
[[nodiscard]] std::string response_logprobs(std::string_view text, std::size_t alternatives);

/// `choices[].logprobs` of a completion.
[[nodiscard]] std::string completion_logprobs(std::string_view text, std::size_t alternatives);

}  // namespace simulator
