#include <algorithm>

#include "tools/simulator/call_fields.hpp"
#include "tools/simulator/token_count.hpp"

namespace simulator {
namespace {

constexpr std::string_view roles[] = {"user", "assistant", "system", "developer"};
constexpr std::string_view part_types[] = {"input_text",  "input_image", "input_file",
                                           "input_audio", "output_text", "refusal"};
/// Items beside messages that a client may send back or refer to.
constexpr std::string_view item_types[] = {
    "function_call", "function_call_output", "custom_tool_call",      "custom_tool_call_output",
    "reasoning",     "item_reference",       "web_search_call",       "file_search_call",
    "computer_call", "computer_call_output", "code_interpreter_call", "image_generation_call",
    "mcp_call",      "mcp_list_tools",       "mcp_approval_request",  "mcp_approval_response"};

std::string read_parts(const rapidjson::Value& parts, const std::string& path,
                       std::optional<json_problem>& first)
{
    std::string text;
    for (rapidjson::SizeType at = 0; at < parts.Size(); ++at) {
        json_fields part{parts[at], path + "[" + std::to_string(at) + "]", first};
        const auto type = part.text("type").value_or(std::string{});
        if (std::ranges::find(part_types, type) == std::end(part_types))
            part.fail("type", "is not a type of content", "invalid_value");
        if (type != "input_text" && type != "output_text") continue;
        part.require("text");
        if (!text.empty()) text += '\n';
        text += part.text("text").value_or(std::string{});
    }
    return text;
}

chat_message read_message(json_fields& message, std::optional<json_problem>& first)
{
    chat_message made;
    message.require("role");
    made.role = message.text("role").value_or(std::string{});
    if (std::ranges::find(roles, made.role) == std::end(roles))
        message.fail("role", "is not a role", "invalid_value");
    const auto* content = message.require("content");
    if (content == nullptr) return made;
    if (content->IsString()) {
        made.text.assign(content->GetString(), content->GetStringLength());
    } else if (content->IsArray() && !content->Empty()) {
        made.text = read_parts(*content, message.path_of("content"), first);
    } else {
        message.fail("content", "must be a string or an array of parts", "invalid_type");
    }
    return made;
}

/// A message, or what stands for another item: its type in the place of a role, and what a tool has said.
chat_message read_item(const rapidjson::Value& value, const std::string& path,
                       std::optional<json_problem>& first)
{
    json_fields item{value, path, first};
    const auto type = item.text("type").value_or("message");
    if (type == "message") return read_message(item, first);
    if (std::ranges::find(item_types, type) == std::end(item_types))
        item.fail("type", "is not a type of item", "invalid_value");
    if (!type.ends_with("call_output")) return {.role = type, .text = {}};
    item.require("output");
    const auto* output = item.find("output");
    return {.role = type, .text = output != nullptr && output->IsString() ? output->GetString() : ""};
}

std::vector<chat_message> read_input(json_fields& body, std::optional<json_problem>& first)
{
    std::vector<chat_message> messages;
    const auto* given = body.require("input");
    if (given == nullptr) return messages;
    if (given->IsString() && given->GetStringLength() > 0) {
        messages.push_back({"user", {given->GetString(), given->GetStringLength()}});
    } else if (given->IsArray() && !given->Empty()) {
        for (rapidjson::SizeType at = 0; at < given->Size(); ++at)
            messages.push_back(read_item((*given)[at], "input[" + std::to_string(at) + "]", first));
    } else {
        body.fail("input", "must be a string or an array of items with something in it", "invalid_type");
    }
    return messages;
}

input join(const std::vector<chat_message>& messages, const std::string& instructions)
{
    std::string text;
    for (const auto& each : messages) {
        if (&each != &messages.front()) text += '\n';
        text += each.text;
    }
    auto made = make_input(std::move(text));
    made.tokens += 4 * messages.size() + 3 + count_tokens(instructions);
    return made;
}

/// `text`: in which form the answer is wanted.
void read_text_format(json_fields& body, chat_parameters& into, std::optional<json_problem>& first)
{
    const auto* given = body.find("text");
    if (given == nullptr) return;
    json_fields text{*given, "text", first};
    text.allow_only({"format", "verbosity"});
    const auto* format = text.find("format");
    if (format == nullptr) return;
    json_fields fields{*format, "text.format", first};
    const auto type = fields.text("type").value_or(std::string{});
    into.json_object = type == "json_object";
    if (type == "json_schema") {
        fields.require("name");
        fields.text("name");
        fields.boolean("strict");
        if (const auto* schema = fields.require("schema")) into.schema = json_of(*schema);
    } else if (type != "text" && !into.json_object) {
        fields.fail("type", "is not a format of text", "invalid_value");
    }
}

bool asks_for_logprobs(json_fields& body)
{
    const auto* include = body.find("include");
    if (include == nullptr) return false;
    if (!include->IsArray()) {
        body.fail("include", "must be an array", "invalid_type");
        return false;
    }
    return std::ranges::any_of(include->GetArray(), [](const auto& each) {
        return each.IsString() && std::string_view{each.GetString()} == "message.output_text.logprobs";
    });
}

void check_state(json_fields& body)
{
    body.boolean("store");
    if (body.boolean("background").value_or(false))
        body.fail("background", "is not supported by the simulator", "unsupported_value");
    if (body.text("previous_response_id"))
        body.fail("previous_response_id", "is the id of no response that is kept here",
                  "previous_response_not_found");
}

}  // namespace

call read_responses(json_fields& body, api_family family, std::optional<json_problem>& first)
{
    body.allow_only({"background",
                     "context_management",
                     "conversation",
                     "include",
                     "input",
                     "instructions",
                     "max_output_tokens",
                     "max_tool_calls",
                     "metadata",
                     "model",
                     "moderation",
                     "parallel_tool_calls",
                     "previous_response_id",
                     "prompt",
                     "prompt_cache_key",
                     "prompt_cache_options",
                     "prompt_cache_retention",
                     "reasoning",
                     "safety_identifier",
                     "service_tier",
                     "store",
                     "stream",
                     "stream_options",
                     "temperature",
                     "text",
                     "tool_choice",
                     "tools",
                     "top_logprobs",
                     "top_p",
                     "truncation",
                     "user"});
    check_sampling(body);
    check_chat_extras(body, first);
    check_state(body);

    // As OpenAI's document says; that of Azure knows no least number.
    const std::int64_t fewest = family == api_family::openai ? 16 : 1;
    const auto limit = body.integer("max_output_tokens", fewest, 1'000'000);
    const auto alternatives = body.integer("top_logprobs", 0, 20).value_or(0);
    body.integer("max_tool_calls", 1, 1'000'000);
    const auto instructions = body.text("instructions").value_or(std::string{});

    responses_parameters parameters;
    auto& chat = parameters.as_chat;
    if (limit) chat.max_tokens = static_cast<std::size_t>(*limit);
    if (asks_for_logprobs(body)) chat.alternatives = static_cast<std::size_t>(alternatives);
    read_text_format(body, chat, first);
    chat.forced = read_forced_tool(body, first);
    parameters.reasons = body.find("reasoning") != nullptr;
    parameters.repeated = repeated_members(body, family);

    chat.messages = read_input(body, first);
    std::vector<input> inputs;
    inputs.push_back(join(chat.messages, instructions));
    if (!instructions.empty()) chat.messages.insert(chat.messages.begin(), {"instructions", instructions});
    return {.model = {}, .inputs = std::move(inputs), .parameters = std::move(parameters)};
}

}  // namespace simulator
