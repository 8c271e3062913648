#include <algorithm>

#include "tools/simulator/call_fields.hpp"
#include "tools/simulator/json_text.hpp"

namespace simulator {
namespace {

constexpr rapidjson::SizeType most_tools = 128;

/// Of the tools that the service runs itself only the type is looked at.
bool is_hosted(std::string_view type)
{
    return type.starts_with("web_search") || type.starts_with("computer") || type == "file_search" ||
           type == "code_interpreter" || type == "image_generation" || type == "local_shell" || type == "mcp";
}

/// Unlike in a chat, what a tool is stands beside its type.
forced_call read_tool(const rapidjson::Value& value, const std::string& path,
                      std::optional<json_problem>& first)
{
    json_fields tool{value, path, first};
    tool.require("type");
    const auto type = tool.text("type").value_or(std::string{});
    forced_call made;
    if (type == "function" || type == "custom") {
        tool.require("name");
        made.name = tool.text("name").value_or(std::string{});
        made.kind = type == "custom" ? tool_kind::custom : tool_kind::function;
        const auto* parameters = tool.find("parameters");
        if (parameters != nullptr && !parameters->IsObject())
            tool.fail("parameters", "must be an object", "invalid_type");
        else if (parameters != nullptr)
            made.schema = json_of(*parameters);
    } else if (!is_hosted(type)) {
        tool.fail("type", "is not a type of tool", "invalid_value");
    }
    return made;
}

std::vector<forced_call> read_tools(json_fields& body, std::optional<json_problem>& first)
{
    std::vector<forced_call> tools;
    const auto* given = body.find("tools");
    if (given == nullptr) return tools;
    if (!given->IsArray()) {
        body.fail("tools", "must be an array", "invalid_type");
    } else if (given->Size() > most_tools) {
        body.fail("tools", "has more than 128 entries", "array_above_max_length");
    } else {
        for (rapidjson::SizeType at = 0; at < given->Size(); ++at)
            tools.push_back(read_tool((*given)[at], "tools[" + std::to_string(at) + "]", first));
        std::erase_if(tools, [](const forced_call& each) { return each.name.empty(); });
    }
    return tools;
}

std::optional<forced_call> first_of(const std::vector<forced_call>& tools)
{
    return tools.empty() ? std::nullopt : std::optional{tools.front()};
}

}  // namespace

std::optional<forced_call> read_forced_tool(json_fields& body, std::optional<json_problem>& first)
{
    const auto tools = read_tools(body, first);
    body.boolean("parallel_tool_calls");
    const auto* choice = body.find("tool_choice");
    if (choice == nullptr) return std::nullopt;
    if (choice->IsString()) {
        const std::string_view word{choice->GetString(), choice->GetStringLength()};
        if (word == "required") return first_of(tools);
        if (word != "none" && word != "auto")
            body.fail("tool_choice", "is not a way to choose", "invalid_value");
        return std::nullopt;
    }
    json_fields fields{*choice, "tool_choice", first};
    fields.require("type");
    const auto type = fields.text("type").value_or(std::string{});
    if (type == "allowed_tools") return fields.text("mode") == "required" ? first_of(tools) : std::nullopt;
    if (type != "function" && type != "custom") {
        if (!is_hosted(type)) fields.fail("type", "is not a way to choose", "invalid_value");
        return std::nullopt;
    }
    const auto name = fields.text("name").value_or(std::string{});
    const auto found = std::ranges::find(tools, name, &forced_call::name);
    if (found != tools.end()) return *found;
    body.fail("tool_choice", "names a tool that is not there", "invalid_value");
    return std::nullopt;
}

std::string repeated_members(json_fields& body, api_family family)
{
    struct member {
        std::string_view name;
        std::string_view otherwise;  ///< empty: left out
    };
    constexpr std::string_view no_user_says_azure = "null";
    const member members[] = {
        {"background", "false"},
        {"instructions", "null"},
        {"max_output_tokens", "null"},
        {"max_tool_calls", "null"},
        {"metadata", "{}"},
        {"parallel_tool_calls", "true"},
        {"previous_response_id", "null"},
        {"prompt", ""},
        {"reasoning", R"({"effort":null,"summary":null})"},
        {"temperature", "1"},
        {"text", R"({"format":{"type":"text"}})"},
        {"tool_choice", R"("auto")"},
        {"tools", "[]"},
        {"top_logprobs", "0"},
        {"top_p", "1"},
        {"truncation", R"("disabled")"},
        {"user", family == api_family::openai ? std::string_view{} : no_user_says_azure},
    };
    std::string made;
    for (const auto& [name, otherwise] : members) {
        const auto* given = body.find(name);
        if (given == nullptr && otherwise.empty()) continue;
        made += ',';
        append_quoted(made, name);
        made += ':';
        made += given == nullptr ? std::string{otherwise} : json_of(*given);
    }
    return made;
}

}  // namespace simulator
