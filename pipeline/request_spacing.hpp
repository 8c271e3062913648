#pragma once

#include <optional>

#include "config/units.hpp"

namespace pipeline {

/// Spreads requests evenly over time, at our part of the requests per minute.
///
/// Azure OpenAI checks requests over windows of 1 s or 10 s, not of a minute: a sixtieth of the limit in each
/// second is safe for all of them. A credit is paid afterwards, so that even a limit of one request a minute
/// lets the first pass at once. Where answers say that requests remain unused, the spacing shortens up to the
/// whole limit; a refusal lengthens it.
class request_spacing {
public:
    explicit request_spacing(config::time_point now) : paid_at_{now} {}

    /// Requests per minute; absent: not limited.
    void set_limit(std::optional<double> per_minute) { limit_ = per_minute; }
    void set_share(double share) { share_ = share; }
    [[nodiscard]] std::optional<double> limit() const { return limit_; }

    /// When the next request may start; in the past where it may now.
    [[nodiscard]] config::time_point opens_at(config::time_point now);
    void take(config::time_point now);

    /// An answer tells how many requests are left: of the 10 s that Azure OpenAI counts in, or of a minute
    /// where that was ever seen to be more.
    void observe(double remaining, config::time_point now);
    void refused();

private:
    [[nodiscard]] double per_second() const;
    void pay(config::time_point now);

    std::optional<double> limit_;
    double share_ = 1;
    double stretch_ = 1;  // above 1 where others leave requests unused
    double credit_ = 0;   // requests; negative: the next one waits
    bool counts_minutes_ = false;
    config::time_point paid_at_;
    config::time_point observed_at_ = config::time_point::min();
    config::time_point waited_at_ = config::time_point::min();  // when requests last had to wait for this
};

}  // namespace pipeline
