#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "pipeline/answered_job.hpp"
#include "pipeline/failure.hpp"

namespace pipeline {

/// What a job is published as, in the form that its route says (docs/formats.md): one message under the
/// original key, without provenance headers but batchmill-dimensions, because only here the vector is seen.
/// `answers` has one entry for each piece of the job. Fails with errc::refused where an answer has no place
/// in that form.
[[nodiscard]] result<message> write_result(const config::route_settings& route, const record& source,
                                           const job& done, answer_list answers, const provenance& by,
                                           const job_times& times);

/// Why no answer to this record could be published in the route's form: asked before anything is bought.
[[nodiscard]] std::optional<failure> refuse_result(const config::route_settings& route, const record& source);

/// The dead letter: original key, value bytes and headers, and `batchmill-*` headers that say why. Where the
/// record is itself a dead letter, the headers that earlier ending gave it are left out.
[[nodiscard]] message write_dead_letter(const config::route_settings& route, const record& source, ending how,
                                        const failure& why, const provenance& by, std::int64_t now_ms);

/// What else tells the readers of the results of a job that became a dead letter; nothing where the route
/// does not ask for it. `id` is empty where the record could not be understood.
[[nodiscard]] std::optional<message> write_inline_error(const config::route_settings& route,
                                                        const record& source, const std::string& id,
                                                        const failure& why, const provenance& by);

/// The tombstone passed on: original key and no value.
[[nodiscard]] message write_tombstone(const config::route_settings& route, const record& source);

/// Adds the headers that every published message carries: format, route, source coordinates and timestamp,
/// outcome id (with `/n` where an outcome has several messages, counted from 0), deployment and model where
/// known, and the incoming `traceparent` where no header of that name is carried already. To be called once.
void stamp(std::vector<message>& messages, const config::route_settings& route, const record& source,
           const provenance& by);

}  // namespace pipeline
