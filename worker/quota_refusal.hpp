#pragma once

#include "config/units.hpp"
#include "pipeline/quota_notice.hpp"
#include "worker/service_error.hpp"

namespace worker {

/// Which limit a 429 is about. OpenAI gives it as the error's `type` (`tokens`, `requests`); Azure only in
/// the sentence ("have exceeded token rate limit", "have exceeded call rate limit"), as do older answers of
/// OpenAI ("tokens per min (TPM)", "requests per day (RPD)"). Where neither says it, the headers do if
/// exactly one of the two remainders is zero. Pure.
[[nodiscard]] pipeline::limit_kind limit_of(const service_error& error, const pipeline::quota_notice& notice);

/// The request is larger than the whole quota, so that waiting does not help. OpenAI says so of its own
/// accord ("Request too large for gpt-4o … on tokens per min (TPM)"), with the status and code of any other
/// 429. Azure asks for a day of patience; there it is told from what the request `may_generate`, which is
/// charged when it arrives, and the limit that the same answer states. Pure.
[[nodiscard]] bool is_larger_than_quota(const service_error& error, const pipeline::quota_notice& notice,
                                        config::tokens may_generate);

}  // namespace worker
