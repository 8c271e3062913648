#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace config {

/// What is wrong with a piece of text, and where in it.
struct text_error {
    std::size_t offset = 0;  ///< in bytes from the start of the text
    std::string message;     ///< one sentence that says what to write instead
};

/// Nothing where `pointer` is a JSON Pointer (RFC 6901) to a member or an element. The empty pointer, which
/// means the whole document, is an error here: nothing in a configuration ever means a whole record.
[[nodiscard]] std::optional<text_error> check_pointer(std::string_view pointer);

/// The reference tokens with ~0 and ~1 resolved: "/a~1b/0" gives {"a/b", "0"}. `pointer` has been checked.
[[nodiscard]] std::vector<std::string> pointer_tokens(std::string_view pointer);

}  // namespace config
