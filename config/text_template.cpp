#include "config/text_template.hpp"

#include <algorithm>
#include <utility>

namespace config {
namespace {

constexpr std::string_view open = "{{";
constexpr std::string_view close = "}}";
constexpr std::string_view escaped_open = "{{{{";

std::string_view without_spaces(std::string_view text)
{
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

void append_literal(std::vector<template_segment>& to, std::string_view text)
{
    if (text.empty()) return;
    if (to.empty() || to.back().is != template_segment::kind::literal)
        to.push_back({template_segment::kind::literal, {}});
    to.back().text += text;
}

}  // namespace

std::variant<text_template, text_error> text_template::parse(std::string_view text)
{
    std::vector<template_segment> segments;
    if (text.starts_with('/') && text.find(open) == text.npos) {
        if (auto wrong = check_pointer(text)) return *std::move(wrong);
        segments.push_back({template_segment::kind::pointer, std::string{text}});
        return text_template{form::pointer, std::move(segments)};
    }

    std::size_t done = 0;
    while (done < text.size()) {
        const auto at = std::min(text.find(open, done), text.size());
        append_literal(segments, text.substr(done, at - done));
        done = at;
        if (at == text.size()) break;
        if (text.substr(at).starts_with(escaped_open)) {
            append_literal(segments, open);
            done = at + escaped_open.size();
            continue;
        }
        const auto begin = at + open.size();
        const auto end = text.find(close, begin);
        if (end == text.npos)
            return text_error{at, "has {{ without }}; write {{/name}}, or {{{{ for a literal {{"};
        const auto pointer = without_spaces(text.substr(begin, end - begin));
        done = end + close.size();
        if (pointer.empty()) {
            segments.push_back({template_segment::kind::whole, {}});
            continue;
        }
        if (pointer.front() != '/')
            return text_error{at, "names no place in the record with {{" + std::string{pointer} +
                                      "}}; write {{/" + std::string{pointer} + "}}"};
        if (auto wrong = check_pointer(pointer)) {
            wrong->offset += static_cast<std::size_t>(pointer.data() - text.data());
            return *std::move(wrong);
        }
        segments.push_back({template_segment::kind::pointer, std::string{pointer}});
    }
    return text_template{form::mixed, std::move(segments)};
}

bool text_template::depends_on_record() const
{
    return has(template_segment::kind::pointer) || has(template_segment::kind::whole);
}

bool text_template::has(template_segment::kind wanted) const
{
    return std::any_of(segments_.begin(), segments_.end(),
                       [&](const template_segment& each) { return each.is == wanted; });
}

}  // namespace config
