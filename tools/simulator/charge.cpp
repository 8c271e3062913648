#include "tools/simulator/charge.hpp"

#include <algorithm>
#include <cmath>

#include "tools/simulator/hash.hpp"

namespace simulator {
namespace {

constexpr std::size_t unlimited_chat_tokens = 16;  // charged where a chat request sets no limit

std::size_t generated_at_most(const embeddings_parameters&) { return 0; }

std::size_t generated_at_most(const completions_parameters& asked)
{
    return asked.max_tokens * std::max(asked.choices, asked.best_of);
}

std::size_t generated_at_most(const chat_parameters& asked)
{
    return asked.max_tokens.value_or(unlimited_chat_tokens) * asked.choices;
}

std::size_t generated_at_most(const responses_parameters& asked) { return generated_at_most(asked.as_chat); }

}  // namespace

charge charge_of(const call& asked, std::string deployment, std::uint64_t seed)
{
    constexpr double widest_error = 0.1;

    std::uint64_t prompt = 0;
    std::uint64_t print = seed;
    for (const auto& each : asked.inputs) {
        prompt += each.estimate;
        print = mixed(print ^ each.hash);
    }
    const auto error = widest_error * (2 * unit_interval(print) - 1);
    const auto per_input =
        std::visit([](const auto& parameters) { return generated_at_most(parameters); }, asked.parameters);
    const auto estimated = std::llround(static_cast<double>(prompt) * (1 + error));
    return {.deployment = std::move(deployment),
            .inputs = asked.inputs.size(),
            .tokens = static_cast<std::uint64_t>(estimated) + per_input * asked.inputs.size()};
}

}  // namespace simulator
