#pragma once

#include <string>
#include <string_view>

#include "pipeline/job.hpp"

namespace pipeline {

/// A text made from a template, and the longest of its parts that a record put in: where the whole is too
/// long that is what may be cut, and never the words of the template.
class made_text {
public:
    void add_literal(std::string_view text) { text_ += text; }
    void add_from_record(std::string_view text);

    [[nodiscard]] const std::string& text() const { return text_; }
    /// Appends it as a JSON string; returns where in `json` what may be cut stands.
    [[nodiscard]] text_range append_to(std::string& json) const;
    /// All of it as a piece.
    [[nodiscard]] piece as_piece() const;

private:
    std::string text_;
    text_range from_record_;
};

}  // namespace pipeline
