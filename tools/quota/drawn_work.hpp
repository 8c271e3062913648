#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>

#include "tools/quota/scenario.hpp"

namespace quota {

/// One call's worth of work, as chance has it.
struct drawn_work {
    std::int64_t cost;  ///< in tokens, as the client estimates them
    double takes;       ///< seconds at the service
};

[[nodiscard]] inline drawn_work draw_work(const charge_law& law, std::mt19937_64& random)
{
    std::lognormal_distribution<double> cost{std::log(law.median), law.sigma};
    std::lognormal_distribution<double> takes{std::log(1.5), 0.6};
    return {std::llround(std::clamp(cost(random), law.least, law.most)), std::clamp(takes(random), 0.3, 8.0)};
}

/// What the service charges for it: about what the client estimates.
[[nodiscard]] inline std::int64_t draw_charge(const service_settings& service, std::int64_t estimate,
                                              std::mt19937_64& random)
{
    std::uniform_real_distribution<double> error{-service.charge_error, service.charge_error};
    const auto factor = service.charge_factor * (1 + error(random));
    return std::max<std::int64_t>(1, std::llround(static_cast<double>(estimate) * factor));
}

/// How often work arrives, a second, where it costs so many tokens a minute altogether.
[[nodiscard]] inline double arrivals_a_second(double tokens_per_minute, double mean_cost)
{
    return tokens_per_minute / 60 / mean_cost;
}

[[nodiscard]] inline double mean_cost_of(const charge_law& law, std::mt19937_64& random)
{
    constexpr int draws = 10'000;
    double sum = 0;
    for (int i = 0; i < draws; ++i) sum += static_cast<double>(draw_work(law, random).cost);
    return sum / draws;
}

}  // namespace quota
