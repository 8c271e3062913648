#include "tools/simulator/schema_sample.hpp"

#include <rapidjson/document.h>
#include <rapidjson/pointer.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "tools/simulator/json_fields.hpp"
#include "tools/simulator/json_text.hpp"

namespace simulator {
namespace {

using rapidjson::Value;

/// Below here only what is required is written, and at twice the depth nothing: schemas may refer to
/// themselves.
constexpr int deep = 6;

const Value* member(const Value& schema, const char* name)
{
    const auto found = schema.FindMember(name);
    return found == schema.MemberEnd() ? nullptr : &found->value;
}

double bound(const Value& schema, const char* name, double otherwise)
{
    const auto* given = member(schema, name);
    return given != nullptr && given->IsNumber() ? given->GetDouble() : otherwise;
}

std::string_view type_of(const Value& schema)
{
    const auto* type = member(schema, "type");
    if (type != nullptr && type->IsArray() && !type->Empty()) type = &(*type)[0];
    if (type != nullptr && type->IsString()) return {type->GetString(), type->GetStringLength()};
    return member(schema, "items") != nullptr ? "array" : "object";
}

bool requires_member(const Value& schema, std::string_view name)
{
    const auto* required = member(schema, "required");
    if (required == nullptr || !required->IsArray()) return false;
    return std::any_of(required->Begin(), required->End(), [name](const Value& each) {
        return each.IsString() && name == std::string_view{each.GetString(), each.GetStringLength()};
    });
}

/// The number nearest to zero that is within the bounds, where they leave room for it.
std::string number(const Value& schema, bool whole)
{
    constexpr double none = 1e15;
    constexpr double apart = 0.5;  // from a bound that is excluded
    const auto lowest =
        std::max({bound(schema, "minimum", -none), bound(schema, "exclusiveMinimum", -none) + apart, -none});
    const auto highest =
        std::min({bound(schema, "maximum", none), bound(schema, "exclusiveMaximum", none) - apart, none});
    auto nearest = std::clamp(0.0, std::min(lowest, highest), highest);
    if (whole) nearest = nearest > 0 ? std::ceil(nearest) : std::floor(nearest);
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), nearest).ptr;
    return {digits.data(), end};
}

class sampler {
public:
    sampler(const Value& root, std::string_view text) : root_{root}, text_{text} {}

    [[nodiscard]] std::string of(const Value& schema, int depth) const
    {
        if (!schema.IsObject() || depth > 2 * deep) return "null";
        if (const auto* only = member(schema, "const")) return json_of(*only);
        if (const auto* words = member(schema, "enum");
            words != nullptr && words->IsArray() && !words->Empty())
            return json_of((*words)[0]);
        if (const auto* target = member(schema, "$ref"); target != nullptr && target->IsString())
            return referred({target->GetString(), target->GetStringLength()}, depth);
        for (const char* name : {"anyOf", "oneOf", "allOf"}) {
            const auto* branches = member(schema, name);
            if (branches == nullptr || !branches->IsArray() || branches->Empty()) continue;
            // The last one is where a schema that refers to itself usually ends: `null`.
            return of((*branches)[depth < deep ? 0 : branches->Size() - 1], depth + 1);
        }
        return of_type(schema, depth);
    }

private:
    std::string referred(std::string_view target, int depth) const
    {
        if (!target.starts_with('#')) return "null";
        // As plain text: in a fragment the `$` of `$defs` would have to be escaped, and never is.
        target.remove_prefix(1);
        const rapidjson::Pointer pointer{target.data(), target.size()};
        const auto* found = pointer.IsValid() ? pointer.Get(root_) : nullptr;
        return found == nullptr ? "null" : of(*found, depth + 1);
    }

    std::string of_type(const Value& schema, int depth) const
    {
        const auto type = type_of(schema);
        if (type == "object") return object(schema, depth);
        if (type == "array") return array(schema, depth);
        if (type == "string") return in_quotes(text_of_length(schema));
        if (type == "integer" || type == "number") return number(schema, type == "integer");
        return type == "boolean" ? "true" : "null";
    }

    std::string object(const Value& schema, int depth) const
    {
        std::string out = "{";
        const auto* properties = member(schema, "properties");
        if (properties == nullptr || !properties->IsObject()) return "{}";
        for (const auto& each : properties->GetObject()) {
            const std::string_view name{each.name.GetString(), each.name.GetStringLength()};
            if (depth >= deep && !requires_member(schema, name)) continue;
            if (out.back() != '{') out += ',';
            append_quoted(out, name);
            out += ':';
            out += of(each.value, depth + 1);
        }
        return out + "}";
    }

    std::string array(const Value& schema, int depth) const
    {
        constexpr double most = 16;
        const auto* items = member(schema, "items");
        auto count = std::clamp(bound(schema, "minItems", depth < deep ? 1 : 0), 0.0, most);
        count = std::min(count, bound(schema, "maxItems", most));
        std::string out = "[";
        for (int at = 0; items != nullptr && at < static_cast<int>(count); ++at) {
            if (at > 0) out += ',';
            out += of(*items, depth + 1);
        }
        return out + "]";
    }

    std::string text_of_length(const Value& schema) const
    {
        constexpr double most = 10'000;
        std::string text{text_};
        const auto least = static_cast<std::size_t>(std::clamp(bound(schema, "minLength", 0), 0.0, most));
        if (text.size() < least) text.append(least - text.size(), '.');
        const auto longest =
            static_cast<std::size_t>(std::clamp(bound(schema, "maxLength", most), 0.0, most));
        text.resize(std::min(text.size(), longest));
        return text;
    }

    const Value& root_;
    std::string_view text_;
};

}  // namespace

std::string sample_of(std::string_view schema, std::string_view text)
{
    rapidjson::Document document;
    document.Parse<rapidjson::kParseIterativeFlag>(schema.data(), schema.size());
    if (document.HasParseError() || !document.IsObject()) return "{}";
    return sampler{document, text}.of(document, 0);
}

}  // namespace simulator
