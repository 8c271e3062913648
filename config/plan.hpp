#pragma once

#include <string>

#include "config/settings.hpp"

namespace config {

/// What a worker with these settings would do, for people to read before they let it: each group with its
/// routes and topics, each deployment with the URLs that will be called. Shows where secrets come from,
/// never what they are. `what` has passed the loader.
[[nodiscard]] std::string plan_text(const settings& what);

}  // namespace config
