#include "pipeline/route_health.hpp"

namespace pipeline {
namespace {

constexpr std::size_t patience_after_success = 10;

}  // namespace

void route_health::succeeded()
{
    ever_succeeded_ = true;
    in_a_row_ = 0;
    remember(false);
}

std::optional<std::string> route_health::refused(const std::string& code)
{
    remember(true);
    in_a_row_ = code == last_code_ ? in_a_row_ + 1 : 1;
    last_code_ = code;

    const auto limit = settings_->stop_after_refusals * (ever_succeeded_ ? patience_after_success : 1);
    if (limit > 0 && in_a_row_ >= limit) {
        return std::to_string(in_a_row_) + " jobs in a row were refused with \"" + code + "\"" +
               (ever_succeeded_ ? "" : " and none has succeeded") +
               "; correct the route or its deployment, or raise stop_after_refusals";
    }
    if (settings_->max_dead_letter_share && recent_.size() == window &&
        static_cast<double>(dead_) > *settings_->max_dead_letter_share * static_cast<double>(window)) {
        return std::to_string(dead_) + " of the last " + std::to_string(window) +
               " outcomes are dead letters, more than max_dead_letter_share allows";
    }
    return std::nullopt;
}

void route_health::remember(bool dead)
{
    dead_ += dead ? 1 : 0;
    if (recent_.size() < window) {
        recent_.push_back(dead);
        return;
    }
    dead_ -= recent_[oldest_] ? 1 : 0;
    recent_[oldest_] = dead;
    oldest_ = (oldest_ + 1) % window;
}

}  // namespace pipeline
