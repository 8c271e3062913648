#include "worker/progress.hpp"

#include <algorithm>
#include <cmath>

namespace worker {
namespace {

constexpr config::duration window = std::chrono::seconds{10};

std::string with_commas(std::int64_t number)
{
    auto text = std::to_string(number);
    for (auto place = static_cast<std::ptrdiff_t>(text.size()) - 3; place > 0; place -= 3)
        text.insert(static_cast<std::size_t>(place), 1, ',');
    return text;
}

std::string as_time(std::chrono::seconds left)
{
    const auto total = left.count();
    if (total < 60) return std::to_string(total) + "s";
    if (total < 3600) return std::to_string(total / 60) + "m " + std::to_string(total % 60) + "s";
    return std::to_string(total / 3600) + "h " + std::to_string(total / 60 % 60) + "m";
}

}  // namespace

progress_figures progress_meter::measure(const pipeline::stats& counters, std::int64_t done,
                                         std::int64_t total, config::time_point now)
{
    progress_figures figures;
    figures.done = done;
    figures.total = total;
    figures.throttled = counters.calls_throttled;
    figures.dead_letters = counters.dead_letters;

    samples_.push_back({now, counters.inputs_answered, counters.tokens_billed, done});
    while (samples_.size() > 2 && (samples_.size() > most_samples || now - samples_[1].at >= window))
        samples_.erase(samples_.begin());
    const auto& first = samples_.front();
    const std::chrono::duration<double> passed = now - first.at;
    if (passed.count() <= 0) return figures;

    figures.texts_per_second = static_cast<double>(counters.inputs_answered - first.texts) / passed.count();
    figures.tokens_per_minute =
        static_cast<double>(counters.tokens_billed - first.tokens) * 60 / passed.count();
    const auto finished = done - first.done;
    if (total > done && finished > 0) {
        const auto seconds =
            static_cast<double>(total - done) * passed.count() / static_cast<double>(finished);
        figures.left = std::chrono::seconds{static_cast<std::int64_t>(std::ceil(seconds))};
    }
    return figures;
}

std::string progress_line(const progress_figures& figures)
{
    auto line = with_commas(figures.done);
    if (figures.total > 0) line += " of " + with_commas(figures.total);
    line += " done  " + with_commas(std::llround(figures.texts_per_second)) + " texts/s  " +
            with_commas(std::llround(figures.tokens_per_minute)) + " tokens/min  " +
            with_commas(static_cast<std::int64_t>(figures.throttled)) + " throttled  " +
            with_commas(static_cast<std::int64_t>(figures.dead_letters)) + " dead letters";
    if (figures.left) line += "  " + as_time(*figures.left) + " left";
    return line;
}

}  // namespace worker
