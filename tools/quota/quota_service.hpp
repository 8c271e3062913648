#pragma once

#include <cstdint>
#include <deque>
#include <string>

#include "pipeline/quota_notice.hpp"

namespace quota {

/// How a service counts tokens against its quota.
enum class counting {
    rolling_minute,  ///< Azure OpenAI: each charge counts for 60 s
    token_bucket,    ///< OpenAI: refilled continuously, holds a minute's quota
    fixed_minute,    ///< set back to nothing at each full minute of the service's clock
    provisioned  ///< a leaky bucket that admits below its brim, and corrects each charge when its call ends
};

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

/// The admission rule of one deployment, in virtual time. Seconds, from a start of the caller's.
class quota_service {
public:
    explicit quota_service(service_settings settings) : settings_{settings}, factor_{1} {}

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
    struct counted {
        double at;
        double amount;
    };
    void pass(double now);
    [[nodiscard]] double requests_per_window() const;
    [[nodiscard]] double seconds_until_room_for(double charge, double now) const;
    [[nodiscard]] pipeline::quota_notice notice() const;
    [[nodiscard]] double brim() const;

    service_settings settings_;
    double factor_;
    std::deque<counted> charges_;  // of the last minute, where that counts
    std::deque<double> requests_;  // of the last 10 s
    double used_ = 0;
    double passed_until_ = 0;
};

}  // namespace quota
