#pragma once

#include <algorithm>
#include <cstdint>

#include "pipeline/job.hpp"

namespace pipeline {

/// What a piece is charged with before the service has counted it: 0.25 tokens per UTF-8 byte of text,
/// rounded up (what the service's own admission check does), plus the tokens that it may generate. Bounded,
/// because a record may ask for any max_tokens, and what waits is summed up.
[[nodiscard]] constexpr config::tokens estimate(const piece& one, const shape& form)
{
    const auto prompt = static_cast<std::int64_t>((one.text_bytes + 3) / 4);
    constexpr config::tokens above_every_quota{1'000'000'000'000};
    return config::tokens{std::max<std::int64_t>(prompt, 1)} +
           std::min(form.output_tokens, above_every_quota);
}

}  // namespace pipeline
