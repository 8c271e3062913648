#pragma once

#include "pipeline/job.hpp"

namespace pipeline {

/// What a piece is charged with before the service has counted it: 0.25 tokens per UTF-8 byte of text,
/// rounded up (what the service's own admission check does), plus the tokens that it may generate.
[[nodiscard]] constexpr config::tokens estimate(const piece& one, const shape& form)
{
    const auto prompt = static_cast<std::int64_t>((one.text_bytes + 3) / 4);
    return config::tokens{prompt > 0 ? prompt : 1} + form.output_tokens;
}

}  // namespace pipeline
