#pragma once

#include <map>
#include <string>
#include <vector>

#include "tools/quota/scenario.hpp"

namespace quota {

/// The figures of one measurement, by name.
using figures = std::map<std::string, double>;

/// Keeps what happened in a scenario, and makes figures of it. Seconds from the start.
class recorder {
public:
    explicit recorder(int workers) : workers_{workers} {}

    void limit(double tokens_per_minute, double requests_per_minute, double now)
    {
        limits_.push_back({now, tokens_per_minute, requests_per_minute});
    }
    /// `worker` below zero: somebody else.
    void admitted(int worker, double tokens, double now) { admitted_.push_back({now, tokens, worker}); }
    void refused(int worker, double now) { refused_.push_back({now, 0, worker}); }
    /// A job was answered; `alone` is what the service itself took for it.
    void answered(double arrived, double now, double alone) { answered_.push_back({arrived, now, alone}); }

    /// use            mean of what the service's window holds of ours, in parts of the quota
    /// admitted       tokens of ours that were admitted, in parts of what the quota permits in the time
    /// requests       admitted requests of ours, in parts of what is permitted
    /// refused        refused calls of ours, of all
    /// refused_calls  how many
    /// jain           fairness between workers that sent: 1 where all had as much (R. Jain et al., 1984)
    /// worst_10s      least tokens of 10 s, and busiest_second the most of a second, in parts of their mean
    /// tenant         as `admitted`, of somebody else's
    /// p50, p99       of the time from arrival to answer, in parts of what the service alone takes
    [[nodiscard]] figures of(const measurement& span) const;

private:
    struct happened {
        double at;
        double tokens;
        int worker;
    };
    struct answer {
        double arrived;
        double at;
        double alone;
    };
    struct level {
        double at;
        double tokens_per_minute;
        double requests_per_minute;
    };
    [[nodiscard]] double permitted(double level::* per_minute, double from, double to) const;
    [[nodiscard]] double held(const measurement& span) const;
    void throughput(const measurement& span, figures& found) const;
    void waiting(const measurement& span, figures& found) const;

    int workers_;
    std::vector<level> limits_;
    std::vector<happened> admitted_;
    std::vector<happened> refused_;
    std::vector<answer> answered_;
};

}  // namespace quota
