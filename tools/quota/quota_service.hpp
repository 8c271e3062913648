#pragma once

#include <cstdint>

#include "pipeline/quota_notice.hpp"
#include "tools/simulator/quota_meter.hpp"

namespace quota {

using counting = simulator::token_counting;

struct service_settings {
    counting counts = counting::rolling_minute;
    std::int64_t tokens_per_minute = 500'000;
    double requests_per_thousand_tokens = 6;
    double charge_error = 0.1;   ///< its charge differs from the client's estimate by up to so much
    double charge_factor = 1;    ///< and by this factor altogether
    bool tells_limits = true;    ///< headers on answers
    bool refused_count = false;  ///< refused calls are charged too
    double longest_retry_after = 60;
    double part_returned = 0.3;  ///< `provisioned`: of a charge, when its call ends
};

struct admission {
    bool admitted = false;
    bool of_requests = false;  ///< refused for requests, not for tokens
    double retry_after = 0;    ///< seconds, as services round it
    pipeline::quota_notice notice;
};

/// One deployment in virtual time: the simulator's meter, and what is told of it. Seconds, from a start of
/// the caller's.
class quota_service {
public:
    explicit quota_service(const service_settings& settings);

    [[nodiscard]] admission admit(std::int64_t charge, double now);
    /// A call that was admitted with this charge has ended.
    void ended(std::int64_t charge, double now);
    /// From now on the limits are so much of what was agreed.
    void cut_to(double factor) { factor_ = factor; }
    [[nodiscard]] double tokens_per_minute() const
    {
        return factor_ * static_cast<double>(settings_.tokens_per_minute);
    }
    [[nodiscard]] double requests_per_minute() const
    {
        return tokens_per_minute() / 1000 * settings_.requests_per_thousand_tokens;
    }

private:
    [[nodiscard]] simulator::quota_limits limits() const;

    service_settings settings_;
    simulator::quota_meter meter_;
    double factor_ = 1;
};

}  // namespace quota
