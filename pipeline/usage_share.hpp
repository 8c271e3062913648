#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "pipeline/reply.hpp"

namespace pipeline {

/// Divides what one request was billed among its parts: the tokens of the prompt in proportion to `prompts`
/// (their estimated tokens), those of the completion to `completions` (how much each generated).
///
/// The shares sum up to `total` exactly, in every member: first every part gets its share rounded down, then
/// the tokens left go one each to the parts that lost most by the rounding (the largest remainder method),
/// the earlier one where they lost the same. Where all weights are zero the parts count as equal.
/// Where `total` is the sum of prompt and completion tokens every share is too; where it is another number it
/// is divided as the tokens of the prompt.
///
/// `total` and the weights are not negative, and there are as many of either kind. Without weights there are
/// no shares.
[[nodiscard]] std::vector<usage> split(const usage& total, std::span<const std::int64_t> prompts,
                                       std::span<const std::int64_t> completions);

}  // namespace pipeline
