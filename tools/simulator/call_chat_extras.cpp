#include <algorithm>
#include <initializer_list>

#include "tools/simulator/call_fields.hpp"

namespace simulator {
namespace {

void check_word(json_fields& body, std::string_view name, std::initializer_list<std::string_view> words)
{
    const auto given = body.text(name);
    if (given && std::ranges::find(words, *given) == words.end())
        body.fail(name, "is not one of the words that are known here", "invalid_value");
}

void check_object(json_fields& body, std::string_view name)
{
    if (const auto* given = body.find(name); given != nullptr && !given->IsObject())
        body.fail(name, "must be an object", "invalid_type");
}

void check_metadata(json_fields& body)
{
    constexpr rapidjson::SizeType most_pairs = 16;
    const auto* metadata = body.find("metadata");
    if (metadata == nullptr || !metadata->IsObject()) {
        check_object(body, "metadata");
        return;
    }
    if (metadata->MemberCount() > most_pairs)
        body.fail("metadata", "has more than 16 pairs", "object_above_max_properties");
    for (const auto& pair : metadata->GetObject())
        if (!pair.value.IsString()) body.fail("metadata", "must hold strings", "invalid_type");
}

bool is_format_name(std::string_view name)
{
    constexpr std::size_t longest = 64;
    return !name.empty() && name.size() <= longest && std::ranges::all_of(name, [](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
               (letter >= '0' && letter <= '9') || letter == '_' || letter == '-';
    });
}

void read_schema(json_fields& format, std::string& into, std::optional<json_problem>& first)
{
    const auto* given = format.require("json_schema");
    if (given == nullptr) return;
    json_fields fields{*given, "response_format.json_schema", first};
    fields.require("name");
    if (!is_format_name(fields.text("name").value_or(std::string{})))
        fields.fail("name", "must be 1 to 64 of the characters a-z, A-Z, 0-9, _ and -", "invalid_value");
    fields.boolean("strict");
    check_object(fields, "schema");
    const auto* schema = fields.find("schema");
    into = schema == nullptr ? "{}" : json_of(*schema);
}

}  // namespace

void read_response_format(json_fields& body, chat_parameters& into, std::optional<json_problem>& first)
{
    const auto* given = body.find("response_format");
    if (given == nullptr) return;
    json_fields format{*given, "response_format", first};
    const auto type = format.text("type").value_or(std::string{});
    into.json_object = type == "json_object";
    if (type == "json_schema") {
        read_schema(format, into.schema, first);
    } else if (type != "text" && !into.json_object) {
        format.fail("type", "is not a response format", "invalid_value");
    }
}

void check_chat_extras(json_fields& body, std::optional<json_problem>& first)
{
    check_word(body, "reasoning_effort", {"none", "minimal", "low", "medium", "high", "xhigh", "max"});
    check_word(body, "verbosity", {"low", "medium", "high"});
    check_word(body, "service_tier", {"auto", "default", "flex", "scale", "priority", "fast"});
    check_word(body, "prompt_cache_retention", {"in_memory", "24h"});
    check_metadata(body);
    body.boolean("store");
    for (const auto* name : {"safety_identifier", "prompt_cache_key"}) body.text(name);
    for (const auto* name : {"audio", "moderation", "prediction", "prompt_cache_options",
                             "user_security_context", "web_search_options"})
        check_object(body, name);
    for (const auto* name : {"data_sources", "modalities"})
        if (const auto* given = body.find(name); given != nullptr && !given->IsArray())
            body.fail(name, "must be an array", "invalid_type");
    if (const auto* prediction = body.find("prediction")) {
        json_fields fields{*prediction, "prediction", first};
        check_word(fields, "type", {"content"});
        fields.require("content");
    }
}

}  // namespace simulator
