#pragma once

#include <cstdint>

#include "pipeline/quota_notice.hpp"
#include "worker/http_answer.hpp"

namespace worker {

/// A limit above this is the service's way of saying that there is none; the most that may be configured,
/// too.
inline constexpr std::int64_t highest_limit = 1'000'000'000'000;

/// What the headers of an answer, whatever its status, say of the deployment's limits:
/// x-ratelimit-limit-tokens and -requests (a minute), x-ratelimit-remaining-tokens and -requests (of the
/// service's own window, which is a minute for tokens and, on Azure, often ten seconds for requests), and
/// azure-openai-deployment-utilization (`37.2%`, of provisioned deployments).
///
/// Azure's documentation and OpenAI's agree on the names; on the values services do not keep to it. `-1`
/// and `0` as a limit have been seen for days (openai-dotnet#838). So a value counts where it can be true:
/// a limit from 1 to `highest_limit`, a remainder from 0 to the limit beside it. Where a limit is there and
/// cannot be true, neither is its remainder believed. Everything else is absent.
///
/// Foreign bytes: never throws. Pure.
[[nodiscard]] pipeline::quota_notice read_quota_notice(const http_headers& headers);

}  // namespace worker
