#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace simulator {

/// The three spellings of the same API.
enum class api_family {
    azure,     ///< /openai/deployments/{deployment}/...?api-version=, and /openai/responses?api-version=
    azure_v1,  ///< /openai/v1/...
    openai     ///< /v1/...
};

enum class operation { embeddings, completions, chat, responses };

/// Where a request goes.
struct route {
    api_family family = api_family::azure;
    operation asks = operation::embeddings;
    std::string deployment;   ///< decoded; empty where the body's `model` says it
    std::string api_version;  ///< `azure` only
};

/// Nothing where the service answers 404: an unknown path, a doubled slash, a classic Azure path without
/// a dated api-version or with one that is older than the operation, and completions on /openai/v1 (its
/// OpenAPI document has no such path).
[[nodiscard]] std::optional<route> find_route(std::string_view target);

/// Whose error bodies a path gets, whether or not it exists.
[[nodiscard]] api_family family_of(std::string_view target);

/// The name that Azure's messages give an operation, such as `Embeddings_Create`.
[[nodiscard]] std::string_view operation_id(operation asks);

}  // namespace simulator
