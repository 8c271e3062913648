#include <algorithm>

#include "tools/simulator/call_fields.hpp"

namespace simulator {
namespace {

/// A tool that a request offers.
using tool = forced_call;

constexpr rapidjson::SizeType most_tools = 128;

std::string indexed(std::string_view name, rapidjson::SizeType at)
{
    return std::string{name} + "[" + std::to_string(at) + "]";
}

/// `{"name","parameters"}`, which functions of both generations have.
tool read_function(const rapidjson::Value& value, std::string path, tool_kind kind,
                   std::optional<json_problem>& first)
{
    json_fields function{value, std::move(path), first};
    function.require("name");
    function.text("description");
    function.boolean("strict");
    tool made;
    made.kind = kind;
    made.name = function.text("name").value_or(std::string{});
    if (const auto* parameters = function.find("parameters")) {
        if (!parameters->IsObject()) function.fail("parameters", "must be an object", "invalid_type");
        made.schema = json_of(*parameters);
    }
    return made;
}

tool read_tool(const rapidjson::Value& value, const std::string& path, std::optional<json_problem>& first)
{
    json_fields fields{value, path, first};
    fields.require("type");
    const auto type = fields.text("type").value_or(std::string{});
    if (type == "function") {
        if (const auto* function = fields.require("function"))
            return read_function(*function, fields.path_of("function"), tool_kind::function, first);
    } else if (type == "custom") {
        if (const auto* custom = fields.require("custom")) {
            auto made = read_function(*custom, fields.path_of("custom"), tool_kind::custom, first);
            made.schema.clear();
            return made;
        }
    } else {
        fields.fail("type", "is not a type of tool", "invalid_value");
    }
    return {};
}

std::vector<tool> read_array(json_fields& body, std::string_view name, auto read)
{
    std::vector<tool> tools;
    const auto* given = body.find(name);
    if (given == nullptr) return tools;
    if (!given->IsArray()) {
        body.fail(name, "must be an array", "invalid_type");
    } else if (given->Size() > most_tools) {
        body.fail(name, "has more than 128 entries", "array_above_max_length");
    } else {
        for (rapidjson::SizeType at = 0; at < given->Size(); ++at)
            tools.push_back(read((*given)[at], indexed(name, at)));
    }
    return tools;
}

std::optional<forced_call> named(json_fields& body, std::string_view member, const std::vector<tool>& tools,
                                 std::string_view name)
{
    const auto found = std::ranges::find(tools, name, &tool::name);
    if (found == tools.end()) {
        body.fail(member, "names a tool that is not there", "invalid_value");
        return std::nullopt;
    }
    auto forced = *found;
    forced.by_name = true;
    return forced;
}

/// What `tool_choice` or `function_call` names: `{"function":{"name"}}`, or `{"name"}` itself.
std::string name_in(const rapidjson::Value& choice, const std::string& path, std::string_view type,
                    std::optional<json_problem>& first)
{
    json_fields fields{choice, path, first};
    if (const auto* inner = fields.require(type)) {
        json_fields target{*inner, fields.path_of(type), first};
        target.require("name");
        return target.text("name").value_or(std::string{});
    }
    return {};
}

std::optional<forced_call> choose_tool(json_fields& body, const std::vector<tool>& tools,
                                       std::optional<json_problem>& first)
{
    const auto* choice = body.find("tool_choice");
    if (choice == nullptr) return std::nullopt;
    if (tools.empty()) body.fail("tool_choice", "needs 'tools' beside it", "invalid_value");
    if (choice->IsString()) {
        const std::string_view word{choice->GetString(), choice->GetStringLength()};
        if (word == "required" && !tools.empty()) return tools.front();
        if (word != "none" && word != "auto" && word != "required")
            body.fail("tool_choice", "is not a way to choose", "invalid_value");
        return std::nullopt;
    }
    json_fields fields{*choice, "tool_choice", first};
    fields.require("type");
    const auto type = fields.text("type").value_or(std::string{});
    if (type == "function" || type == "custom")
        return named(body, "tool_choice", tools, name_in(*choice, "tool_choice", type, first));
    if (type != "allowed_tools") {
        fields.fail("type", "is not a way to choose", "invalid_value");
    } else if (const auto* allowed = fields.require("allowed_tools")) {
        json_fields subset{*allowed, "tool_choice.allowed_tools", first};
        subset.require("tools");
        if (subset.text("mode") == "required" && !tools.empty()) return tools.front();
    }
    return std::nullopt;
}

std::optional<forced_call> choose_function(json_fields& body, const std::vector<tool>& functions,
                                           std::optional<json_problem>& first)
{
    const auto* choice = body.find("function_call");
    if (choice == nullptr) return std::nullopt;
    if (choice->IsString()) {
        const std::string_view word{choice->GetString(), choice->GetStringLength()};
        if (word != "none" && word != "auto")
            body.fail("function_call", "is not a way to choose", "invalid_value");
        return std::nullopt;
    }
    json_fields fields{*choice, "function_call", first};
    fields.require("name");
    return named(body, "function_call", functions, fields.text("name").value_or(std::string{}));
}

}  // namespace

std::optional<forced_call> read_forced_call(json_fields& body, std::optional<json_problem>& first)
{
    const auto tools = read_array(body, "tools", [&](const auto& value, const std::string& path) {
        return read_tool(value, path, first);
    });
    const auto functions = read_array(body, "functions", [&](const auto& value, const std::string& path) {
        return read_function(value, path, tool_kind::deprecated_function, first);
    });
    body.boolean("parallel_tool_calls");
    auto forced = choose_tool(body, tools, first);
    return forced ? forced : choose_function(body, functions, first);
}

}  // namespace simulator
