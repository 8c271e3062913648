#pragma once

#include <string>

#include "config/settings.hpp"
#include "pipeline/record.hpp"

namespace pipeline {

/// `route/topic/partition/offset`: the same for every attempt to publish the outcome of a record.
[[nodiscard]] std::string outcome_id(const config::route_settings& route, const origin& from);

}  // namespace pipeline
