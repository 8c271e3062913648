#pragma once

#include <string>

#include "config/proxy.hpp"
#include "pipeline/failure.hpp"

namespace worker {

/// What it means that a proxy answers with that status, which is not 2xx, instead of connecting to `server`
/// ("host:port"): 407 (or 401) and other refusals stop the deployment until somebody changes something, and
/// say what; a proxy that cannot reach the server may reach it later.
[[nodiscard]] pipeline::failure proxy_refusal(int status, const config::proxy_settings& proxy,
                                              const std::string& server);

}  // namespace worker
