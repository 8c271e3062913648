#pragma once

#include <string>
#include <string_view>

#include "config/endpoint.hpp"
#include "config/settings.hpp"

namespace config {

/// Where the requests of one deployment and one operation go. Worked out from settings alone, so that
/// `check` can show what the worker will call.
struct service_url {
    endpoint server;
    std::string target;  ///< path and query of the request line
    std::string model;  ///< to be written as `model` into the body; empty where the path names the deployment

    /// As people write it.
    [[nodiscard]] std::string text() const;
};

/// `from` has passed the loader: its endpoint is a URL, and its api form offers the operation.
///
/// An endpoint that already ends in /openai (azure) or /openai/v1 (azure_v1), as portals and samples show
/// it, means the same as one without.
[[nodiscard]] service_url url_of(const deployment_settings& from, operation asks);

/// The header that carries the credential: its name, and what stands before the key or token.
struct credential_header {
    std::string name;
    std::string_view prefix;
};
[[nodiscard]] credential_header header_of(const deployment_settings& from);

}  // namespace config
