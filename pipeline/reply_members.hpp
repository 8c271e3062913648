#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "pipeline/failure.hpp"
#include "pipeline/json_document.hpp"
#include "pipeline/reply.hpp"

/// Members of replies with generated texts, read as leniently as services write them.
namespace pipeline {

/// What the string says; empty where it is absent or no string. Valid as long as the document.
[[nodiscard]] std::string_view text_member(const json_value& object, std::string_view name);

/// The bill, whose counts of what went in and came out have different names in different operations.
[[nodiscard]] usage usage_member(const json_value& root, std::string_view in, std::string_view out);

/// Null and absent are the same for services.
[[nodiscard]] std::optional<json_value> present(std::optional<json_value> value);

/// Those members that are there and not null, as `"a":1,"b":2`.
[[nodiscard]] std::string keep_members(const json_value& object, std::span<const std::string_view> names);

/// A body that is an error, an object or a text, although the status is 200.
[[nodiscard]] failure error_in_200(const json_value& error);

/// The beginning of what a service says, short enough for a log.
[[nodiscard]] std::string quoted_message(std::string_view message);

}  // namespace pipeline
