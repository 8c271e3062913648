#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/units.hpp"
#include "pipeline/stats.hpp"

namespace worker {

/// How far a run is, and how fast it has been lately.
struct progress_figures {
    std::int64_t done = 0;
    std::int64_t total = 0;  ///< 0: without an end
    double texts_per_second = 0;
    double tokens_per_minute = 0;
    std::uint64_t throttled = 0;
    std::uint64_t dead_letters = 0;
    std::optional<std::chrono::seconds> left;  ///< absent as long as nothing can be said
};

/// Turns counters into rates: over the last ten seconds, so that a pause shows and a hiccup does not.
/// A rule: it is given the time.
class progress_meter {
public:
    [[nodiscard]] progress_figures measure(const pipeline::stats& counters, std::int64_t done,
                                           std::int64_t total, config::time_point now);

private:
    struct sample {
        config::time_point at;
        std::uint64_t texts = 0;
        std::uint64_t tokens = 0;
        std::int64_t done = 0;
    };
    static constexpr std::size_t most_samples = 32;

    std::vector<sample> samples_;
};

/// `1,234 of 60,000 done  20,480 texts/s  …`
[[nodiscard]] std::string progress_line(const progress_figures& figures);

}  // namespace worker
