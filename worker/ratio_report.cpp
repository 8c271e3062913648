#include "worker/ratio_report.hpp"

#include <cmath>

namespace worker {
namespace {

constexpr double worth_telling = 0.1;

}  // namespace

void ratio_report::tell_changes()
{
    for (const auto& way : routes_) {
        for (const auto* where : way.served_by()) {
            const auto ratio = where->ratios().known_of(way);
            auto& told = told_[{where, &way}];
            if (!ratio.is_learnt() || std::abs(ratio.per_byte() - told) <= worth_telling * told) continue;
            told = ratio.per_byte();
            log_.write(config::log_level::info, "tokens of texts",
                       {{"deployment", where->settings().name},
                        {"route", way.settings().name},
                        {"tokens_per_byte", std::round(told * 1000) / 1000}});
        }
    }
}

}  // namespace worker
