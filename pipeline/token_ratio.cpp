#include "pipeline/token_ratio.hpp"

#include <algorithm>
#include <cmath>

namespace pipeline {
namespace {

constexpr double memory_bytes = 512 * 1024;
constexpr double most_bytes_a_token = 64;

/// Texts have fewer bytes than this, so that what is computed from a foreign limit fits any integer.
constexpr double beyond_all_texts = 1e15;

}  // namespace

bool token_ratio::can_be(std::int64_t tokens, std::size_t text_bytes)
{
    const auto bytes = static_cast<double>(text_bytes);
    const auto wanted = static_cast<double>(tokens);
    return tokens > 0 && wanted <= bytes && wanted * most_bytes_a_token >= bytes;
}

void token_ratio::learn(std::int64_t billed, std::size_t text_bytes)
{
    if (!can_be(billed, text_bytes)) return;
    const auto bytes = static_cast<double>(text_bytes);
    const auto tokens = static_cast<double>(billed);
    const auto kept = memory_bytes / (memory_bytes + bytes);
    tokens_ = tokens_ * kept + tokens;
    bytes_ = bytes_ * kept + bytes;
    learnt_ = true;
}

config::tokens token_ratio::tokens_of(std::size_t text_bytes) const
{
    const auto tokens = std::ceil(static_cast<double>(text_bytes) * per_byte());
    return config::tokens{static_cast<std::int64_t>(std::max(tokens, 1.0))};
}

std::size_t token_ratio::bytes_of(config::tokens limit) const
{
    const auto bytes = static_cast<double>(limit.count()) / per_byte();
    return static_cast<std::size_t>(std::clamp(bytes, 0.0, beyond_all_texts));
}

token_ratio token_ratios::known_of(const route& way) const
{
    const auto found = by_route_.find(&way);
    return found == by_route_.end() ? token_ratio{} : found->second;
}

}  // namespace pipeline
