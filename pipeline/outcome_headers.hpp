#pragma once

#include <string_view>

/// The headers of published messages (docs/formats.md).
namespace pipeline::outcome_header {

constexpr std::string_view format = "batchmill-format";
constexpr std::string_view route = "batchmill-route";
constexpr std::string_view model = "batchmill-model";
constexpr std::string_view deployment = "batchmill-deployment";
constexpr std::string_view dimensions = "batchmill-dimensions";
constexpr std::string_view source = "batchmill-source";
constexpr std::string_view source_timestamp = "batchmill-source-timestamp";
constexpr std::string_view outcome_id = "batchmill-outcome-id";
constexpr std::string_view truncated = "batchmill-truncated";
constexpr std::string_view traceparent = "traceparent";

// Raw results only.
constexpr std::string_view id = "batchmill-id";
constexpr std::string_view encoding = "batchmill-encoding";
constexpr std::string_view scale = "batchmill-scale";
constexpr std::string_view vectors = "batchmill-vectors";
constexpr std::string_view prompt_tokens = "batchmill-prompt-tokens";
constexpr std::string_view metadata = "batchmill-metadata";

// Dead letters only.
constexpr std::string_view value_state = "batchmill-value";
constexpr std::string_view value_omitted = "omitted";  ///< the only thing it says
constexpr std::string_view ending_class = "batchmill-class";
constexpr std::string_view reason = "batchmill-reason";
constexpr std::string_view code = "batchmill-code";
constexpr std::string_view status = "batchmill-status";
constexpr std::string_view attempts = "batchmill-attempts";
constexpr std::string_view request_id = "batchmill-request-id";
constexpr std::string_view time = "batchmill-time";

/// One of the above that only we write: left over from an earlier ending where a record has it.
[[nodiscard]] bool is_ours(std::string_view name) noexcept;

}  // namespace pipeline::outcome_header
