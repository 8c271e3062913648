#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reading {

/// What a reader wants to know of one published result (docs/formats.md).
struct published_result {
    std::string id;
    std::optional<std::vector<float>> vector;  ///< from numbers or base64; only of results with one text
};

/// Throws std::runtime_error for a value that is not a result.
[[nodiscard]] published_result read_result(std::string_view value);

/// The string, or the number as it is written, at a JSON Pointer of a document. Nothing where the text is
/// no JSON or has nothing of that kind there; throws std::runtime_error where the pointer is none.
[[nodiscard]] std::optional<std::string> text_at(std::string_view document, const std::string& pointer);

}  // namespace reading
