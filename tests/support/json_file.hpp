#pragma once

#include <rapidjson/document.h>

#include <string>
#include <string_view>

namespace tests {

/// Any JSON, comments and trailing commas allowed. Fails the test where it is none.
[[nodiscard]] rapidjson::Document parse_json(std::string_view text);
[[nodiscard]] std::string to_text(const rapidjson::Value& value);

}  // namespace tests
