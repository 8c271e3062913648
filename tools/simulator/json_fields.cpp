#include "tools/simulator/json_fields.hpp"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>

namespace simulator {
namespace {

std::string_view view(const rapidjson::Value& text) { return {text.GetString(), text.GetStringLength()}; }

}  // namespace

std::string json_of(const rapidjson::Value& value)
{
    rapidjson::StringBuffer text;
    rapidjson::Writer writer{text};
    value.Accept(writer);
    return {text.GetString(), text.GetSize()};
}

json_fields::json_fields(const rapidjson::Value& value, std::string path, std::optional<json_problem>& first)
    : value_{value}, path_{std::move(path)}, first_{first}
{
    if (!value_.IsObject()) fail({}, "must be an object", "invalid_type");
}

const rapidjson::Value* json_fields::find(std::string_view name) const
{
    if (!value_.IsObject()) return nullptr;
    const auto found =
        value_.FindMember(rapidjson::Value{name.data(), static_cast<rapidjson::SizeType>(name.size())});
    if (found == value_.MemberEnd() || found->value.IsNull()) return nullptr;
    return &found->value;
}

const rapidjson::Value* json_fields::require(std::string_view name)
{
    const auto* found = find(name);
    if (found == nullptr) fail(name, "is missing", "missing_required_parameter");
    return found;
}

std::optional<std::int64_t> json_fields::integer(std::string_view name, std::int64_t lowest,
                                                 std::int64_t highest)
{
    const auto* found = find(name);
    if (found == nullptr) return std::nullopt;
    if (!found->IsInt64()) {
        fail(name, "must be an integer", "invalid_type");
    } else if (found->GetInt64() < lowest) {
        fail(name, "must be at least " + std::to_string(lowest), "integer_below_min_value");
    } else if (found->GetInt64() > highest) {
        fail(name, "must be at most " + std::to_string(highest), "integer_above_max_value");
    } else {
        return found->GetInt64();
    }
    return std::nullopt;
}

std::optional<double> json_fields::number(std::string_view name, double lowest, double highest)
{
    const auto* found = find(name);
    if (found == nullptr) return std::nullopt;
    if (!found->IsNumber()) {
        fail(name, "must be a number", "invalid_type");
    } else if (found->GetDouble() < lowest) {
        fail(name, "is too small", "decimal_below_min_value");
    } else if (found->GetDouble() > highest) {
        fail(name, "is too large", "decimal_above_max_value");
    } else {
        return found->GetDouble();
    }
    return std::nullopt;
}

std::optional<bool> json_fields::boolean(std::string_view name)
{
    const auto* found = find(name);
    if (found == nullptr) return std::nullopt;
    if (found->IsBool()) return found->GetBool();
    fail(name, "must be true or false", "invalid_type");
    return std::nullopt;
}

std::optional<std::string> json_fields::text(std::string_view name)
{
    const auto* found = find(name);
    if (found == nullptr) return std::nullopt;
    if (found->IsString()) return std::string{view(*found)};
    fail(name, "must be a string", "invalid_type");
    return std::nullopt;
}

void json_fields::allow_only(std::initializer_list<std::string_view> names)
{
    if (!value_.IsObject()) return;
    for (const auto& member : value_.GetObject()) {
        if (std::ranges::find(names, view(member.name)) != names.end()) continue;
        fail(view(member.name), "is not known here", "unknown_parameter");
    }
}

std::string json_fields::path_of(std::string_view name) const
{
    if (path_.empty()) return std::string{name};
    if (name.empty()) return path_;
    return path_ + "." + std::string{name};
}

void json_fields::fail(std::string_view name, std::string_view what, std::string_view code)
{
    if (first_) return;
    auto path = path_of(name);
    std::string message = "'" + (path.empty() ? std::string{"the body"} : path) + "' ";
    message += what;
    first_ = json_problem{.path = std::move(path), .message = std::move(message), .code = std::string{code}};
}

}  // namespace simulator
