#include "pipeline/record_text.hpp"

#include <stdexcept>
#include <utility>

#include "config/text_template.hpp"
#include "pipeline/malformed.hpp"
#include "pipeline/utf8.hpp"

namespace pipeline {

std::optional<failure> check_text(std::string_view text, std::string_view place)
{
    if (is_blank(text))
        return malformed("empty_text", "empty text: nothing but white space at " + std::string{place});
    if (text.find('\0') != text.npos)
        return malformed("nul_in_text", "a NUL character (\\u0000) in the text at " + std::string{place});
    return std::nullopt;
}

result<piece> text_piece(const json_value& value)
{
    if (!value.is(json_kind::string)) return wrong_type(value, "a text");
    const auto text = value.text();
    // The pointer costs more than the check, and is seldom needed.
    if (check_text(text, {})) return *check_text(text, place_of(value));
    const auto json = value.source();
    return piece{json_slice::of(json), text.size(), {1, json.size() - 1}};
}

result<piece_list> text_pieces(const json_value& array)
{
    const auto elements = array.elements();
    if (elements.empty()) return malformed("empty_array", place_of(array) + " is an array without texts");
    if (elements.size() > max_texts)
        return malformed("too_many_texts", place_of(array) + " has " + std::to_string(elements.size()) +
                                               " texts, more than " + std::to_string(max_texts));
    piece_list pieces;
    pieces.reserve(elements.size());
    for (const auto& each : elements) {
        auto made = text_piece(each);
        if (!made) return made.error();
        pieces.push_back(*std::move(made));
    }
    return pieces;
}

record_text::record_text(std::string_view written)
{
    const auto parsed = config::text_template::parse(written);
    if (const auto* wrong = std::get_if<config::text_error>(&parsed))
        throw std::invalid_argument{wrong->message};
    const auto& ready = std::get<config::text_template>(parsed);
    is_pointer_ = ready.is_pointer();
    if (ready.has(config::template_segment::kind::whole))
        throw std::invalid_argument{"{{}} is all of a plain text, and a record is a JSON document"};
    for (const auto& each : ready.segments()) {
        auto& added = segments_.emplace_back(segment{each.text, {}});
        if (each.is == config::template_segment::kind::pointer)
            added.tokens = config::pointer_tokens(each.text);
    }
}

result<json_value> record_text::pointed(const json_value& record) const
{
    const auto& pointer = segments_.front();
    const auto found = record.at(pointer.tokens);
    if (!found) return missing_member(pointer.written, "a text");
    return *found;
}

result<made_text> record_text::text(const json_value& record) const
{
    made_text made;
    if (is_pointer_) {
        const auto found = pointed(record);
        if (!found) return found.error();
        if (!found->is(json_kind::string)) return wrong_type(*found, "a text");
        if (auto wrong = check_text(found->text(), segments_.front().written)) return *std::move(wrong);
        made.add_from_record(found->text());
        return made;
    }

    for (const auto& each : segments_) {
        if (each.tokens.empty()) {
            made.add_literal(each.written);
            continue;
        }
        const auto found = record.at(each.tokens);
        if (!found) return missing_member(each.written, "a text");
        switch (found->kind()) {
            case json_kind::string: made.add_from_record(found->text()); break;
            case json_kind::number:
            case json_kind::boolean: made.add_from_record(found->source()); break;
            case json_kind::null:
            case json_kind::array:
            case json_kind::object: return wrong_type(*found, "a text or a number");
        }
    }
    if (auto wrong = check_text(made.text(), "the text made from the template")) return *std::move(wrong);
    return made;
}

result<piece_list> record_text::pieces(const json_value& record) const
{
    if (is_pointer_) {
        const auto found = pointed(record);
        if (!found) return found.error();
        if (found->is(json_kind::array)) return text_pieces(*found);
        if (!found->is(json_kind::string)) return wrong_type(*found, "a text or an array of texts");
        auto only = text_piece(*found);
        if (!only) return only.error();
        piece_list pieces;
        pieces.push_back(*std::move(only));
        return pieces;
    }
    const auto made = text(record);
    if (!made) return made.error();
    piece_list pieces;
    pieces.push_back(made->as_piece());
    return pieces;
}

}  // namespace pipeline
