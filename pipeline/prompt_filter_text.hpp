#pragma once

#include <span>

#include "pipeline/json_text.hpp"
#include "pipeline/reply.hpp"

namespace pipeline {

/// Writes `prompt_filter_results`: what the content filter said about each prompt of the job, counted from 0.
/// Nothing where it said nothing. All answers are generations.
void write_prompt_filters(json_object_writer& members, std::span<const answer> answers);

}  // namespace pipeline
