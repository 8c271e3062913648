#include <algorithm>

#include "tools/simulator/call_fields.hpp"

namespace simulator {
namespace {

constexpr rapidjson::SizeType max_messages = 2048;
constexpr std::string_view roles[] = {"system", "developer", "user", "assistant", "tool", "function"};
constexpr std::string_view part_types[] = {"text", "image_url", "refusal", "input_audio", "file"};

std::string read_parts(const rapidjson::Value& parts, const std::string& path,
                       std::optional<json_problem>& first)
{
    std::string text;
    for (rapidjson::SizeType at = 0; at < parts.Size(); ++at) {
        json_fields part{parts[at], path + "[" + std::to_string(at) + "]", first};
        const auto type = part.text("type").value_or(std::string{});
        if (std::ranges::find(part_types, type) == std::end(part_types)) {
            part.fail("type", "is not a type of content", "invalid_value");
        }
        // What a part holds stands under the name of its type.
        const auto* content = part.require(type);
        if (type == "image_url" && content != nullptr) {
            json_fields image{*content, part.path_of(type), first};
            image.require("url");
            image.text("url");
        }
        if (type != "text") continue;
        if (!text.empty()) text += '\n';
        text += part.text("text").value_or(std::string{});
    }
    return text;
}

std::string read_content(json_fields& message, const chat_message& made, std::optional<json_problem>& first)
{
    const auto* content = message.find("content");
    if (content == nullptr) {
        const bool may_be_absent = made.role == "assistant" && (message.find("tool_calls") != nullptr ||
                                                                message.find("function_call") != nullptr ||
                                                                message.find("refusal") != nullptr);
        if (!may_be_absent) message.fail("content", "is missing", "missing_required_parameter");
        return {};
    }
    if (content->IsString()) return {content->GetString(), content->GetStringLength()};
    if (content->IsArray() && !content->Empty()) {
        return read_parts(*content, message.path_of("content"), first);
    }
    message.fail("content", "must be a string or an array of parts", "invalid_type");
    return {};
}

chat_message read_message(const rapidjson::Value& value, const std::string& path,
                          std::optional<json_problem>& first)
{
    json_fields message{value, path, first};
    chat_message made;
    message.require("role");
    made.role = message.text("role").value_or(std::string{});
    if (std::ranges::find(roles, made.role) == std::end(roles)) {
        message.fail("role", "is not a role", "invalid_value");
    }
    if (made.role == "tool") message.require("tool_call_id");
    made.text = read_content(message, made, first);
    return made;
}

std::vector<chat_message> read_messages(json_fields& body, std::optional<json_problem>& first)
{
    std::vector<chat_message> messages;
    const auto* given = body.require("messages");
    if (given == nullptr) return messages;
    if (!given->IsArray()) {
        body.fail("messages", "must be an array", "invalid_type");
    } else if (given->Empty()) {
        body.fail("messages", "must not be empty", "empty_array");
    } else if (given->Size() > max_messages) {
        body.fail("messages", "has more than 2048 messages", "array_above_max_length");
    } else {
        for (rapidjson::SizeType at = 0; at < given->Size(); ++at) {
            messages.push_back(read_message((*given)[at], "messages[" + std::to_string(at) + "]", first));
        }
    }
    return messages;
}

/// Chat overhead after OpenAI's cookbook: three tokens a message, the role's own, three for the reply.
input join(const std::vector<chat_message>& messages)
{
    std::string text;
    for (const auto& each : messages) {
        if (&each != &messages.front()) text += '\n';
        text += each.text;
    }
    auto made = make_input(std::move(text));
    made.tokens += 4 * messages.size() + 3;
    return made;
}

std::optional<std::size_t> read_max_tokens(json_fields& body)
{
    constexpr std::int64_t most = 1'000'000;
    const auto newer = body.integer("max_completion_tokens", 1, most);
    const auto older = body.integer("max_tokens", 1, most);
    if (newer && older) {
        body.fail("max_tokens", "may not stand beside 'max_completion_tokens'",
                  "invalid_parameter_combination");
    }
    const auto limit = newer ? newer : older;
    return limit ? std::optional{static_cast<std::size_t>(*limit)} : std::nullopt;
}

std::optional<std::size_t> read_alternatives(json_fields& body)
{
    const bool asked = body.boolean("logprobs").value_or(false);
    const auto count = body.integer("top_logprobs", 0, 20);
    if (count && !asked) body.fail("top_logprobs", "needs 'logprobs' to be true", "invalid_value");
    return asked ? std::optional{static_cast<std::size_t>(count.value_or(0))} : std::nullopt;
}

}  // namespace

call read_chat(json_fields& body, std::optional<json_problem>& first)
{
    body.allow_only({"messages",
                     "model",
                     "frequency_penalty",
                     "logit_bias",
                     "logprobs",
                     "top_logprobs",
                     "max_tokens",
                     "max_completion_tokens",
                     "n",
                     "presence_penalty",
                     "response_format",
                     "seed",
                     "stop",
                     "stream",
                     "stream_options",
                     "temperature",
                     "top_p",
                     "tools",
                     "tool_choice",
                     "parallel_tool_calls",
                     "function_call",
                     "functions",
                     "user",
                     "data_sources",
                     "user_security_context",
                     "reasoning_effort",
                     "verbosity",
                     "metadata",
                     "store",
                     "prediction",
                     "service_tier",
                     "safety_identifier",
                     "prompt_cache_key",
                     "prompt_cache_options",
                     "prompt_cache_retention",
                     "modalities",
                     "moderation",
                     "audio",
                     "web_search_options"});
    check_sampling(body);
    check_chat_extras(body, first);

    chat_parameters parameters;
    parameters.choices = static_cast<std::size_t>(body.integer("n", 1, 128).value_or(1));
    parameters.max_tokens = read_max_tokens(body);
    parameters.stop = read_stop(body);
    parameters.alternatives = read_alternatives(body);
    parameters.forced = read_forced_call(body, first);
    read_response_format(body, parameters, first);
    parameters.messages = read_messages(body, first);

    std::vector<input> inputs;
    inputs.push_back(join(parameters.messages));
    const auto& text = inputs.front().text;
    if (parameters.json_object && text.find("json") == std::string::npos &&
        text.find("JSON") == std::string::npos) {
        body.fail("messages", "must contain the word 'json' to use the response format 'json_object'", {});
    }
    return {.model = {}, .inputs = std::move(inputs), .parameters = std::move(parameters)};
}

}  // namespace simulator
