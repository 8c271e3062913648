#pragma once

#include "pipeline/failure.hpp"
#include "pipeline/reply.hpp"

namespace pipeline {

/// Reads the body of a 200 answer to `ask`. `body` is parsed in place, and must be the only one of its bytes;
/// vectors refer to it.
///
/// Answers are joined by `index`, never by position; a body without any `index` is accepted only where
/// the count matches. Numbers and base64 are both accepted for a vector, whatever was asked for.
/// Everything that does not fit (count, range, doubled index, dimensions, values that are not finite,
/// zero vectors, an error object in a 200) fails with errc::transient and a code that names it; a response
/// that says why it failed, with what that calls for. Foreign bytes: never throws, never reads outside the
/// body, bounded in depth.
[[nodiscard]] result<reply> read_reply(const request& ask, shared_bytes body);

}  // namespace pipeline
