#include <charconv>
#include <utility>

#include "pipeline/json_document.hpp"

namespace pipeline {

std::string_view name_of(json_kind kind) noexcept
{
    switch (kind) {
        case json_kind::null: return "null";
        case json_kind::boolean: return "a boolean";
        case json_kind::number: return "a number";
        case json_kind::string: return "a string";
        case json_kind::array: return "an array";
        case json_kind::object: return "an object";
    }
    return "";
}

json_kind json_value::kind() const { return document_->nodes_[node_].kind; }

std::string_view json_value::source() const
{
    const auto& me = document_->nodes_[node_];
    return document_->source_.substr(me.begin, me.end - me.begin);
}

std::string_view json_value::text() const { return document_->text_of(document_->nodes_[node_]); }

std::optional<std::int64_t> json_value::integer() const
{
    std::int64_t number = 0;
    const auto digits = source();
    if (!is(json_kind::number)) return std::nullopt;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    return number;
}

std::vector<json_value> json_value::elements() const
{
    std::vector<json_value> found;
    if (!is(json_kind::array)) return found;
    const auto& nodes = document_->nodes_;
    for (auto each = node_ + 1; each < nodes[node_].next; each = nodes[each].next)
        found.push_back({*document_, each});
    return found;
}

std::vector<json_member> json_value::members() const
{
    std::vector<json_member> found;
    if (!is(json_kind::object)) return found;
    const auto& nodes = document_->nodes_;
    for (auto name = node_ + 1; name < nodes[node_].next; name = nodes[name + 1].next)
        found.push_back({{*document_, name}, {*document_, name + 1}});
    return found;
}

std::optional<json_value> json_value::member(std::string_view name) const
{
    if (!is(json_kind::object)) return std::nullopt;
    const auto& nodes = document_->nodes_;
    for (auto each = node_ + 1; each < nodes[node_].next; each = nodes[each + 1].next)
        if (document_->text_of(nodes[each]) == name) return json_value{*document_, each + 1};
    return std::nullopt;
}

std::optional<json_value> json_value::at(std::span<const std::string> tokens) const
{
    std::optional<json_value> here = *this;
    for (const auto& token : tokens) {
        if (here->is(json_kind::array)) {
            std::size_t index = 0;
            const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), index);
            const bool canonical = error == std::errc{} && end == token.data() + token.size() &&
                                   (token.size() == 1 || token.front() != '0');
            const auto all = here->elements();
            if (!canonical || index >= all.size()) return std::nullopt;
            here = all[index];
        } else {
            here = here->member(token);
            if (!here) return std::nullopt;
        }
    }
    return here;
}

std::string json_value::pointer() const { return document_->pointer_to(node_); }

void append_compact(std::string& out, const json_value& value)
{
    switch (value.kind()) {
        case json_kind::null:
        case json_kind::boolean:
        case json_kind::number:
        case json_kind::string: out += value.source(); return;
        case json_kind::array: {
            char separator = '[';
            for (const auto& each : value.elements()) {
                out += std::exchange(separator, ',');
                append_compact(out, each);
            }
            out += separator == '[' ? "[]" : "]";
            return;
        }
        case json_kind::object: {
            char separator = '{';
            for (const auto& each : value.members()) {
                out += std::exchange(separator, ',');
                out += each.name.source();
                out += ':';
                append_compact(out, each.value);
            }
            out += separator == '{' ? "{}" : "}";
            return;
        }
    }
}

std::string compact(const json_value& value)
{
    std::string written;
    append_compact(written, value);
    return written;
}

}  // namespace pipeline
