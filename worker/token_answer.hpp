#pragma once

#include <chrono>

#include "pipeline/failure.hpp"
#include "worker/http_answer.hpp"
#include "worker/token_refusal.hpp"
#include "worker/token_source.hpp"

namespace worker {

/// The time of day of this machine: for what issuers count in, never for when to do something.
[[nodiscard]] std::chrono::sys_seconds wall_clock_seconds();

/// The token of an answer, or why there is none. Times are measured against the answer's Date where it has
/// one. The body of a 200 is overwritten.
[[nodiscard]] pipeline::result<access_token> read_token_answer(http_answer& answer, token_issuer from);

}  // namespace worker
