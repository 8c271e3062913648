#include "pipeline/outcome_headers.hpp"

#include <algorithm>
#include <array>

namespace pipeline::outcome_header {
namespace {

constexpr std::array ours{
    format,     route,       model,        deployment, dimensions, source,  source_timestamp,
    outcome_id, truncated,   id,           encoding,   scale,      vectors, prompt_tokens,
    metadata,   value_state, ending_class, reason,     code,       status,  attempts,
    request_id, time};

}  // namespace

bool is_ours(std::string_view name) noexcept
{
    return std::find(ours.begin(), ours.end(), name) != ours.end();
}

}  // namespace pipeline::outcome_header
