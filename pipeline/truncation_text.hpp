#pragma once

#include <span>
#include <string>

#include "pipeline/answered_job.hpp"
#include "pipeline/json_text.hpp"

namespace pipeline {

/// For headers: what was kept of how much, `31000/90000`; of a job with several texts with the index of each,
/// `0:31000/90000 7:31000/40000`.
[[nodiscard]] std::string truncation_words(std::span<const truncation> all);

/// The member `truncated` of a value, where a text was: an object for a job with one text, an array with the
/// index of each for a job with several.
void write_truncation(json_object_writer& members, const answered_job& done);

}  // namespace pipeline
