#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "pipeline/failure.hpp"
#include "pipeline/job.hpp"
#include "pipeline/outcome.hpp"

namespace pipeline {

/// When things happened to a job, as Unix time in milliseconds.
struct job_times {
    std::int64_t read_ms = 0;
    std::int64_t answered_ms = 0;
};

/// `route/topic/partition/offset`: the same for every attempt to publish the outcome of a record.
[[nodiscard]] std::string outcome_id(const config::route_settings& route, const origin& from);

/// The `result` form: one message with the original key and a JSON value (docs/formats.md), without
/// provenance headers but batchmill-dimensions, because only here the vector is seen.
/// `answers` has one entry for each piece of the job.
[[nodiscard]] message write_result(const config::route_settings& route, const record& source, const job& done,
                                   std::span<const answer> answers, const provenance& by,
                                   const job_times& times);

/// The dead letter: original key, value bytes and headers, and `batchmill-*` headers that say why. Where the
/// record is itself a dead letter, the headers that earlier ending gave it are left out.
[[nodiscard]] message write_dead_letter(const config::route_settings& route, const record& source, ending how,
                                        const failure& why, const provenance& by, std::int64_t now_ms);

/// The tombstone passed on: original key and no value.
[[nodiscard]] message write_tombstone(const config::route_settings& route, const record& source);

/// Adds the headers that every published message carries: format, route, source coordinates and timestamp,
/// outcome id (with `/n` where an outcome has several messages, counted from 0), deployment and model where
/// known, and the incoming `traceparent`. A header of the same name that is there already is replaced.
void stamp(std::vector<message>& messages, const config::route_settings& route, const record& source,
           const provenance& by);

}  // namespace pipeline
