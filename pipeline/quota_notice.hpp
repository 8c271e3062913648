#pragma once

#include <cstdint>
#include <optional>

namespace pipeline {

/// Which limit a refusal for quota was about.
enum class limit_kind { unknown, tokens, requests };

/// What a service says of its limits together with an answer (Azure OpenAI and OpenAI: the headers
/// x-ratelimit-*, as of the moment the request was admitted). What it does not say is absent; so is what
/// cannot be true (zero or negative limits, negative remainders).
struct quota_notice {
    std::optional<std::int64_t> limit_tokens;
    std::optional<std::int64_t> remaining_tokens;
    std::optional<std::int64_t> limit_requests;
    std::optional<std::int64_t> remaining_requests;
    /// Of a provisioned deployment: how much of it is used, 1 is all of it (azure-openai-deployment-utilization).
    std::optional<double> utilization;

    bool operator==(const quota_notice&) const = default;
};

}  // namespace pipeline
