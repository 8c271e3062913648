#pragma once

#include <cstdint>

#include "pipeline/reply.hpp"

namespace pipeline {

/// A count of tokens as a service sent it. Nonsense counts as nothing: sums of what is left cannot overflow.
[[nodiscard]] constexpr std::int64_t billed_tokens(std::int64_t sent)
{
    constexpr std::int64_t most = std::int64_t{1} << 40;
    return sent >= 0 && sent <= most ? sent : 0;
}

/// Some servers leave the total out.
[[nodiscard]] constexpr usage complete(usage sent)
{
    if (sent.total_tokens == 0) sent.total_tokens = sent.prompt_tokens + sent.completion_tokens;
    return sent;
}

}  // namespace pipeline
