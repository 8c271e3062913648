#pragma once

#include <string>
#include <string_view>

namespace simulator {

/// A JSON value that fits a JSON Schema, as far as structured outputs and the parameters of functions use
/// them: `type`, `properties`, `items`, `enum`, `const`, `anyOf`, `oneOf`, `allOf` (its first), bounds of
/// numbers and lengths, and `$ref` within the document. Patterns and formats are not looked at. Strings hold
/// `text`, which must be ASCII. `schema` must be JSON; where it says nothing that is known here the value is
/// an empty object.
[[nodiscard]] std::string sample_of(std::string_view schema, std::string_view text);

}  // namespace simulator
