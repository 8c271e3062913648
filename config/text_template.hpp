#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/json_pointer.hpp"

namespace config {

/// A piece of a template: text to copy, or what of the record stands in its place.
struct template_segment {
    enum class kind {
        literal,
        pointer,  ///< the string that a JSON Pointer finds in a document
        whole     ///< all of a record that is plain text
    };
    kind is = kind::literal;
    std::string text;  ///< the literal, or the JSON Pointer as it was written ("/title"); empty for the whole

    bool operator==(const template_segment&) const = default;
};

/// How a text is made from a record: parsed once when the program starts, applied to every record.
///
///     /body                          pointer form: the string found there, or each of an array of strings
///     {{/title}}\n\n{{/body}}        template: literal text and the strings found at the pointers
///     Summarise: {{}}                template: the empty pointer is the whole of a record of plain text
///     You are brief.                 template without a pointer: the same text for every record
///     a literal {{{{ brace pair      {{{{ stands for {{; a lone }} needs no escape
///
/// Text that begins with / and has no {{ is a pointer. Spaces just inside the braces are ignored.
class text_template {
public:
    [[nodiscard]] static std::variant<text_template, text_error> parse(std::string_view text);

    /// Written in the pointer form, which has exactly one segment and also accepts an array of strings.
    [[nodiscard]] bool is_pointer() const { return form_ == form::pointer; }

    /// Reads something of the record; otherwise every record would give the same text.
    [[nodiscard]] bool depends_on_record() const;
    /// Has a segment of that kind.
    [[nodiscard]] bool has(template_segment::kind wanted) const;

    /// In order; never two literals in a row and never an empty literal.
    [[nodiscard]] const std::vector<template_segment>& segments() const { return segments_; }

private:
    enum class form { pointer, mixed };

    text_template(form written_as, std::vector<template_segment> segments)
        : form_{written_as}, segments_{std::move(segments)}
    {}

    form form_;
    std::vector<template_segment> segments_;
};

}  // namespace config
