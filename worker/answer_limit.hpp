#pragma once

#include "config/units.hpp"
#include "pipeline/reply.hpp"

namespace worker {

/// The longest body that an answer to `ask` may have: what was asked for, in the longest form in which
/// servers are known to write it, and some room. What is longer is not an answer to this, and must not be
/// able to fill the memory.
///
/// Vectors count as pretty-printed decimal numbers, since a server may ignore that base64 was asked for,
/// and with the most dimensions of any model known where the request does not say how many. Generated texts
/// count with the tokens they may have, written as escapes; where the request sets no bound, with the most
/// that a model generates.
[[nodiscard]] config::bytes longest_answer(const pipeline::request& ask);

}  // namespace worker
