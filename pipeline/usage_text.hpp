#pragma once

#include "config/settings.hpp"
#include "pipeline/json_text.hpp"
#include "pipeline/reply.hpp"

namespace pipeline {

/// Writes the member `usage` as services do: embeddings have no completion tokens.
void write_usage(json_object_writer& members, const usage& used, config::operation asks);

}  // namespace pipeline
