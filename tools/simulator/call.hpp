#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tools/simulator/route.hpp"

namespace simulator {

/// One text to embed, one prompt, or one list of messages (then their texts, joined by newlines): what
/// the account counts, and what fault rules look into.
struct input {
    std::string text;          ///< an array of token ids is kept as its JSON
    std::size_t tokens = 0;    ///< what the model counts and the reply's usage bills
    std::size_t estimate = 0;  ///< what the admission check takes it for
    std::uint64_t hash = 0;    ///< text_hash(text)
};

/// The input of a text.
[[nodiscard]] input make_input(std::string text);

enum class number_encoding { json, base64 };

struct embeddings_parameters {
    std::optional<std::int64_t> dimensions;
    number_encoding encoding = number_encoding::json;
};

struct completions_parameters {
    std::size_t choices = 1;
    std::size_t best_of = 1;
    std::size_t max_tokens = 16;
    std::vector<std::string> stop;
    bool echo = false;
    std::optional<std::size_t> alternatives{};  ///< to each token, where log probabilities are asked for
};

struct chat_message {
    std::string role;
    std::string text;  ///< the text parts of `content`, joined by newlines
};

enum class tool_kind {
    function,
    custom,              ///< takes any text
    deprecated_function  ///< of `functions` and `function_call`, which `tools` have replaced
};

/// The call that the request leaves the model no way around.
struct forced_call {
    tool_kind kind = tool_kind::function;
    std::string name;
    std::string schema;    ///< JSON, of its parameters; empty where the request does not say
    bool by_name = false;  ///< rather than any of the tools: then the finish reason is not `tool_calls`
};

struct chat_parameters {
    std::size_t choices = 1;
    std::optional<std::size_t> max_tokens;  ///< max_completion_tokens, else max_tokens
    std::vector<std::string> stop;
    bool json_object = false;  ///< response_format asks for a JSON object
    std::string schema{};      ///< JSON, which response_format wants the answer to fit; empty: none
    std::optional<forced_call> forced{};
    std::optional<std::size_t> alternatives{};  ///< to each token, where log probabilities are asked for
    std::vector<chat_message> messages;
};

/// A request for a response: for the model it is a chat, with the instructions as its first message.
struct responses_parameters {
    chat_parameters as_chat{};
    bool reasons = false;    ///< `reasoning` is asked for, so the output has an item of it
    std::string repeated{};  ///< members of the request that the response repeats, as `,"temperature":1,…`
};

/// A request whose body was understood.
struct call {
    std::string model;          ///< the body's `model`; may be empty where the path names the deployment
    std::vector<input> inputs;  ///< never empty
    std::variant<embeddings_parameters, completions_parameters, chat_parameters, responses_parameters>
        parameters;
};

}  // namespace simulator
