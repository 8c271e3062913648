#include "pipeline/packing_margin.hpp"

#include <algorithm>
#include <cmath>

namespace pipeline {
namespace {

constexpr double weight = 0.02;  // of the newest charge in the moving means
constexpr double deviations = 0.9;
constexpr double deviations_a_refusal = 0.4;
constexpr double most_learnt = 4;
constexpr double fading_seconds = 150;
constexpr double believed_deviation = 0.8;  // of what answers show; a part of it is the noise of their timing
constexpr double least = 0.0005;
constexpr double most = 0.08;

}  // namespace

void packing_margin::charged(double tokens)
{
    const auto first = mean_ == 0;
    mean_ += (first ? 1 : weight) * (tokens - mean_);
    mean_square_ += (first ? 1 : weight) * (tokens * tokens - mean_square_);
}

void packing_margin::refused() { learnt_ = std::min(most_learnt, learnt_ + deviations_a_refusal); }

void packing_margin::pass(double seconds) { learnt_ *= std::exp(-seconds / fading_seconds); }

double packing_margin::part_of(double limit, double share, double deviation) const
{
    const auto packing = std::sqrt(mean_square_ / share);
    const auto spread = std::max(packing, believed_deviation * deviation);
    return std::clamp((deviations + learnt_) * spread / limit, least, most);
}

}  // namespace pipeline
