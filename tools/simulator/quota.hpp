#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "tools/simulator/charge.hpp"
#include "tools/simulator/http_types.hpp"
#include "tools/simulator/quota_meter.hpp"
#include "tools/simulator/rolling_window.hpp"

namespace simulator {

/// Whether a deployment's quota lets a request in, and what its rate-limit headers say about that.
struct admission {
    header_list headers;                   ///< x-ratelimit-*, on the answer in either case
    std::optional<quota_refusal> refusal;  ///< absent where the request is let in
};

/// What one deployment's quota has come to, since its first call or since the counts were cleared.
struct quota_count {
    std::uint64_t admitted = 0;
    std::uint64_t admitted_tokens = 0;
    std::uint64_t refused_for_tokens = 0;
    std::uint64_t refused_for_requests = 0;
    std::uint64_t foreign_tokens = 0;  ///< admitted of the other tenant
    std::uint64_t used_tokens = 0;     ///< in the last minute, the other tenant's included
    double seconds = 0;                ///< that are counted, with a limit on tokens in force
    /// The time integral of used tokens over the limit, in seconds: divided by `seconds` it is the part of
    /// the quota that was used, however the limit has changed meanwhile. `foreign` is the other tenant's part
    /// of it.
    double full_seconds = 0;
    double foreign_seconds = 0;
};

/// The service's quotas: a meter for each deployment, limits that are those of all, and the count of what
/// each has come to.
///
/// Bookkeeping only: the caller brings the time. From any thread.
class quota {
public:
    using time_point = rolling_window::time_point;

    quota(const quota_limits& limits, const quota_rule& rule, std::uint64_t seed)
        : limits_{limits}, rule_{rule}, seed_{seed}
    {}

    [[nodiscard]] admission admit(const charge& cost, time_point now);

    /// Other limits from now on; what has been charged stays so.
    void set(const quota_limits& limits, time_point now);
    [[nodiscard]] quota_limits limits() const;
    /// By deployment.
    [[nodiscard]] std::map<std::string, quota_count> counts(time_point now);

private:
    struct meter {
        quota_meter lets_in;
        rolling_window tokens{std::chrono::seconds{60}};   ///< what was let in
        rolling_window foreign{std::chrono::seconds{60}};  ///< of that, the other tenant's
        quota_count count{};
        time_point counted_until{};
        time_point next_foreign{};
        std::uint64_t foreign_calls = 0;
    };
    /// Lets the other tenant act, and counts, up to now.
    void advance(meter& which, time_point now) const;
    void add_up(meter& which, time_point now) const;
    [[nodiscard]] std::chrono::nanoseconds foreign_gap(meter& which) const;
    [[nodiscard]] header_list headers_of(meter& which, time_point now) const;

    mutable std::mutex mutex_;
    quota_limits limits_;
    quota_rule rule_;
    std::uint64_t seed_;
    std::map<std::string, meter> meters_;
};

}  // namespace simulator
