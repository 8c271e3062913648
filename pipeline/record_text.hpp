#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "pipeline/failure.hpp"
#include "pipeline/job.hpp"
#include "pipeline/json_document.hpp"
#include "pipeline/made_text.hpp"

namespace pipeline {

/// The most texts that one record may hold.
constexpr std::size_t max_texts = 100'000;

/// Nothing where `text` can be asked about: not blank and without NUL characters, which no service takes.
/// `place` is where it stands, for the failure.
[[nodiscard]] std::optional<failure> check_text(std::string_view text, std::string_view place);

/// A string of a record as a piece, checked. Keeps the escapes of the source.
[[nodiscard]] result<piece> text_piece(const json_value& value);

/// An array of strings as pieces, checked, of which there is at least one.
[[nodiscard]] result<piece_list> text_pieces(const json_value& array);

/// How a text is found in a record, or made from it: a config::text_template made ready.
///
/// In the pointer form the text must be a string. In a template numbers and booleans may stand too, and are
/// put in as they are written; null, arrays, objects and missing members are refused, because a text with a
/// hole in it is not the text that the operator meant.
class record_text {
public:
    /// Throws std::invalid_argument where `written` is neither a pointer nor a template.
    explicit record_text(std::string_view written);

    /// The one text of the record, checked.
    [[nodiscard]] result<made_text> text(const json_value& record) const;

    /// All texts of the record: in the pointer form also those of an array of strings.
    [[nodiscard]] result<piece_list> pieces(const json_value& record) const;

private:
    struct segment {
        std::string written;              ///< the literal, or the pointer
        std::vector<std::string> tokens;  ///< of the pointer; empty for a literal
    };

    [[nodiscard]] result<json_value> pointed(const json_value& record) const;

    std::vector<segment> segments_;
    bool is_pointer_ = false;
};

}  // namespace pipeline
