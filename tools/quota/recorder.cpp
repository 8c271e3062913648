#include "tools/quota/recorder.hpp"

#include <algorithm>
#include <numeric>

namespace quota {
namespace {

constexpr double minute = 60;

double overlap(double from, double to, const measurement& span)
{
    return std::max(0.0, std::min(to, span.to) - std::max(from, span.from));
}

double percentile(std::vector<double> values, double part)
{
    if (values.empty()) return 0;
    const auto nth =
        values.begin() + static_cast<std::ptrdiff_t>(part * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), nth, values.end());
    return *nth;
}

}  // namespace

figures recorder::of(const measurement& span) const
{
    figures found;
    const auto inside = [&](const auto& each) { return each.at >= span.from && each.at < span.to; };
    std::vector<double> by_worker(static_cast<std::size_t>(workers_));
    double ours = 0;
    double others = 0;
    double calls = 0;
    for (const auto& each : admitted_) {
        if (!inside(each)) continue;
        (each.worker < 0 ? others : ours) += each.tokens;
        if (each.worker < 0) continue;
        by_worker[static_cast<std::size_t>(each.worker)] += each.tokens;
        ++calls;
    }
    const auto refusals =
        static_cast<double>(std::count_if(refused_.begin(), refused_.end(), [&](const auto& each) {
            return inside(each) && each.worker >= 0;
        }));
    found["refused_calls"] = refusals;
    found["refused"] = refusals / std::max(1.0, calls + refusals);
    const auto tokens = permitted(&level::tokens_per_minute, span.from, span.to);
    found["requests"] = calls / permitted(&level::requests_per_minute, span.from, span.to);
    found["use"] = held(span) / (tokens * minute);
    found["admitted"] = ours / tokens;
    found["tenant"] = others / tokens;
    std::erase(by_worker, 0.0);
    const auto sum = std::accumulate(by_worker.begin(), by_worker.end(), 0.0);
    const auto squares = std::inner_product(by_worker.begin(), by_worker.end(), by_worker.begin(), 0.0);
    if (squares > 0) found["jain"] = sum * sum / (static_cast<double>(by_worker.size()) * squares);
    throughput(span, found);
    waiting(span, found);
    return found;
}

// What a limit lets through between two times.
double recorder::permitted(double level::* per_minute, double from, double to) const
{
    double sum = 0;
    for (std::size_t i = 0; i < limits_.size(); ++i) {
        const auto until = i + 1 < limits_.size() ? limits_[i + 1].at : to;
        sum += std::max(0.0, std::min(until, to) - std::max(limits_[i].at, from)) * limits_[i].*per_minute /
               minute;
    }
    return sum;
}

// Seconds times tokens in the service's window: free of when in the minute one looks.
double recorder::held(const measurement& span) const
{
    double sum = 0;
    for (const auto& each : admitted_) {
        if (each.worker >= 0) sum += each.tokens * overlap(each.at, each.at + minute, span);
    }
    return sum;
}

void recorder::throughput(const measurement& span, figures& found) const
{
    const auto seconds = static_cast<std::size_t>(span.to - span.from);
    if (seconds < 10) return;
    std::vector<double> by_second(seconds);
    for (const auto& each : admitted_) {
        const auto at = each.at - span.from;
        if (each.worker >= 0 && at >= 0 && at < static_cast<double>(seconds))
            by_second[static_cast<std::size_t>(at)] += each.tokens;
    }
    const auto mean = std::accumulate(by_second.begin(), by_second.end(), 0.0) / static_cast<double>(seconds);
    if (mean <= 0) return;
    found["busiest_second"] = *std::max_element(by_second.begin(), by_second.end()) / mean;
    const auto worst = [&](std::size_t width) {
        auto sum =
            std::accumulate(by_second.begin(), by_second.begin() + static_cast<std::ptrdiff_t>(width), 0.0);
        auto least = sum;
        for (auto i = width; i < seconds; ++i) {
            sum += by_second[i] - by_second[i - width];
            least = std::min(least, sum);
        }
        return least / (static_cast<double>(width) * mean);
    };
    found["worst_10s"] = worst(10);
    if (seconds >= 60) found["worst_60s"] = worst(60);
}

void recorder::waiting(const measurement& span, figures& found) const
{
    std::vector<double> whole;
    std::vector<double> alone;
    for (const auto& each : answered_) {
        if (each.arrived < span.from || each.arrived >= span.to) continue;
        whole.push_back(each.at - each.arrived);
        alone.push_back(each.alone);
    }
    if (whole.empty()) return;
    found["p50"] = percentile(whole, 0.5) / percentile(alone, 0.5);
    found["p99"] = percentile(whole, 0.99) / percentile(alone, 0.99);
}

}  // namespace quota
