#pragma once

#include <optional>
#include <string_view>

#include "tools/simulator/http_types.hpp"
#include "tools/simulator/route.hpp"

namespace simulator {

/// The 401 for a request without the right key; nothing where the key is right or none is wanted.
///
/// The key stands in `api-key` on the Azure forms and in `Authorization: Bearer` on OpenAI's; /openai/v1
/// takes both. Where none of the form's headers is there, Azure blames a missing token.
[[nodiscard]] std::optional<http_answer> refuse_credentials(api_family family, const header_list& headers,
                                                            std::string_view key);

}  // namespace simulator
