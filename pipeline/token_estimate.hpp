#pragma once

#include <algorithm>
#include <cstdint>

#include "pipeline/job.hpp"

namespace pipeline {

/// What a token counts as in piece::text_bytes where a record has token numbers.
constexpr std::size_t bytes_per_token = 4;

/// All that the model reads for a piece: its text, and what stands beside it in every request of its shape.
[[nodiscard]] constexpr std::size_t bytes_read(const piece& one, const shape& form)
{
    return one.text_bytes + form.prompt_bytes;
}

/// Tokens that services add to the texts of one chat or response: three at its end, and four for one message
/// (OpenAI's cookbook). More messages have more, but are longer too.
[[nodiscard]] constexpr std::int64_t framing_tokens(config::operation asks)
{
    switch (asks) {
        case config::operation::embeddings:
        case config::operation::completions: return 0;
        case config::operation::chat:
        case config::operation::responses: return 7;
    }
    return 0;
}

/// What the quota is charged with for a piece before the service has counted it, which is what the service's
/// own admission check charges when the request arrives: 0.25 tokens per UTF-8 byte of text, rounded up, plus
/// the tokens that it may generate. Bounded, because a record may ask for any max_tokens, and what waits is
/// summed up. How many tokens the text really has is for token_ratio to say.
[[nodiscard]] constexpr config::tokens estimate(const piece& one, const shape& form)
{
    const auto prompt = static_cast<std::int64_t>((bytes_read(one, form) + 3) / bytes_per_token);
    constexpr config::tokens above_every_quota{1'000'000'000'000};
    return config::tokens{std::max<std::int64_t>(prompt, 1)} +
           std::min(form.output_tokens, above_every_quota);
}

}  // namespace pipeline
