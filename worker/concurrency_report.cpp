#include "worker/concurrency_report.hpp"

#include <cmath>

namespace worker {
namespace {

constexpr double worth_telling = 0.25;

}  // namespace

void concurrency_report::tell_changes()
{
    for (const auto& where : deployments_) {
        const auto& settings = where.settings();
        if (settings.min_concurrency.value_or(settings.max_concurrency) == settings.max_concurrency) continue;
        const auto most = where.slots().most();
        auto& told = told_[&where];
        if (std::abs(static_cast<double>(most) - told) <= worth_telling * told) continue;
        told = static_cast<double>(most);
        log_.write(config::log_level::info, "calls at a time",
                   {{"deployment", settings.name}, {"most", static_cast<std::int64_t>(most)}});
    }
}

}  // namespace worker
