#include "tools/simulator/limits.hpp"

#include <algorithm>
#include <numeric>

namespace simulator {
namespace {

api_error too_many_inputs(std::size_t most)
{
    return {.message = "Too many inputs. The max number of inputs is " + std::to_string(most) + ".",
            .code = {},
            .param = {}};
}

api_error request_too_large(std::size_t tokens)
{
    return {.message = "Requested " + std::to_string(tokens) + " tokens, max " +
                       std::to_string(max_request_tokens) + " tokens per request",
            .code = "max_tokens_per_request",
            .param = {},
            .type = "max_tokens_per_request"};
}

/// Embeddings and completions get no code, chat gets one: so does the service.
api_error too_long(std::size_t context, std::size_t prompt, std::size_t completion, std::string_view param)
{
    auto message = "This model's maximum context length is " + std::to_string(context) +
                   " tokens, however you requested " + std::to_string(prompt + completion) + " tokens (" +
                   std::to_string(prompt) + " in your prompt; " + std::to_string(completion) +
                   " for the completion). Please reduce your prompt; or completion length.";
    return {.message = std::move(message),
            .code = param.empty() ? "" : "context_length_exceeded",
            .param = std::string{param}};
}

std::optional<api_error> check(const embeddings_parameters& parameters, const call& asked,
                               const model_limits& model, length_words words)
{
    const auto wanted = parameters.dimensions;
    if (wanted && !model.dimensions_settable) {
        return api_error{
            .message = "This model does not support specifying dimensions.", .code = {}, .param = {}};
    }
    if (wanted && static_cast<std::size_t>(*wanted) > model.max_dimensions) {
        return api_error{.message = "Invalid value for 'dimensions' = " + std::to_string(*wanted) +
                                    ". Must be less than or equal to " +
                                    std::to_string(model.max_dimensions) + ".",
                         .code = {},
                         .param = {}};
    }
    for (const auto& each : asked.inputs) {
        if (each.tokens <= model.input_tokens) continue;
        const auto refused = refusal_of_length(words, model.input_tokens + 1, each.tokens);
        return refused ? *refused : too_long(model.input_tokens + 1, each.tokens, 0, {});
    }
    const auto sum =
        std::accumulate(asked.inputs.begin(), asked.inputs.end(), std::size_t{0},
                        [](std::size_t tokens, const input& each) { return tokens + each.estimate; });
    if (sum > max_request_tokens) return request_too_large(sum);
    return std::nullopt;
}

std::optional<api_error> check(const completions_parameters& parameters, const call& asked,
                               const model_limits& model, length_words)
{
    for (const auto& each : asked.inputs) {
        if (each.tokens + parameters.max_tokens > model.context_tokens) {
            return too_long(model.context_tokens, each.tokens, parameters.max_tokens, {});
        }
    }
    return std::nullopt;
}

std::optional<api_error> check_context(const call& asked, const model_limits& model, std::string_view param)
{
    const auto tokens = asked.inputs.front().tokens;
    if (tokens > model.context_tokens) return too_long(model.context_tokens, tokens, 0, param);
    return std::nullopt;
}

std::optional<api_error> check(const chat_parameters&, const call& asked, const model_limits& model,
                               length_words)
{
    return check_context(asked, model, "messages");
}

std::optional<api_error> check(const responses_parameters&, const call& asked, const model_limits& model,
                               length_words)
{
    return check_context(asked, model, "input");
}

}  // namespace

std::optional<api_error> over_a_limit(const call& asked, const model_limits& model, std::size_t max_inputs,
                                      length_words words)
{
    if (asked.inputs.size() > max_inputs) return too_many_inputs(max_inputs);
    return std::visit([&](const auto& parameters) { return check(parameters, asked, model, words); },
                      asked.parameters);
}

}  // namespace simulator
