#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "pipeline/job.hpp"

namespace pipeline {

/// A beginning of what stands between the quotes of a JSON string.
struct json_prefix {
    std::size_t json_bytes = 0;
    std::size_t text_bytes = 0;  ///< of the text that it stands for
};

/// The longest beginning whose text has at most `limit` bytes. No character and no escape is cut in two, and
/// neither is a letter from its accents, an emoji from its modifiers or a CR from its LF, unless more than 64
/// bytes hang together like that. `inside` is the inside of a well-formed JSON string.
[[nodiscard]] json_prefix json_string_prefix(std::string_view inside, std::size_t limit);

/// The piece with at most so many bytes of text, four for each token number: cut at the end of what may be
/// cut, and of token numbers at the end of all. Nothing where that leaves no text, or cuts none.
[[nodiscard]] std::optional<piece> shortened(const piece& whole, piece_form form, std::size_t text_bytes);

/// There is something in it that may be cut.
[[nodiscard]] bool can_be_cut(const piece& whole, piece_form form);

}  // namespace pipeline
