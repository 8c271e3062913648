#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "tools/simulator/rolling_window.hpp"

namespace simulator {

/// How a service counts tokens against a quota.
enum class token_counting {
    rolling_minute,  ///< Azure OpenAI, as measured: each charge counts for 60 s
    token_bucket,    ///< OpenAI: refilled continuously, holds a minute's quota
    fixed_minute,    ///< set back to nothing at each full minute of the service's clock
    provisioned      ///< a leaky bucket of 15 s that lets in below its brim
};

struct quota_rule {
    token_counting counts = token_counting::rolling_minute;
    bool charges_refused = false;  ///< refused requests are charged too
    double part_returned = 0;      ///< `provisioned`: of a charge, when its call ends
};

/// What every deployment may take. Absent: anything.
struct quota_limits {
    std::optional<std::uint64_t> tokens_per_minute{};
    std::optional<std::uint64_t> requests_per_minute{};
    /// A part of the tokens that another tenant of the same quota asks for, in [0, 1]: calls of a 1,000th of
    /// the limit at random times. They are refused like everybody's where there is no room.
    double foreign_share = 0;

    bool operator==(const quota_limits&) const = default;
};

enum class quota_kind { tokens, requests };

/// Why a request is not let in.
struct quota_refusal {
    quota_kind kind = quota_kind::tokens;
    std::chrono::nanoseconds wait{0};  ///< until the same request would be let in
    std::uint64_t limit = 0;           ///< a minute
    std::uint64_t used = 0;
    std::uint64_t requested = 0;
};

/// What the service says of its limits beside an answer; what it does not say is absent.
struct quota_state {
    std::optional<std::uint64_t> limit_tokens;
    std::optional<std::uint64_t> remaining_tokens;
    std::optional<std::uint64_t> limit_requests;
    std::optional<std::uint64_t> remaining_requests;  ///< of the next ten seconds
    std::optional<double> utilization;                ///< of a provisioned deployment; 1 is all of it
};

/// The meter of one deployment: whether a request is let in. Requests are counted over rolling ten seconds,
/// a sixth of those of a minute; all is charged when it arrives. The simulator and the scenarios in virtual
/// time (tools/quota) share it, so that both play the same service.
///
/// The caller brings the time, which never goes backwards, and the limits, which may change.
class quota_meter {
public:
    using time_point = rolling_window::time_point;

    explicit quota_meter(const quota_rule& rule) : rule_{rule} {}

    /// Nothing where the request is let in.
    [[nodiscard]] std::optional<quota_refusal> admit(const quota_limits& limits, std::uint64_t tokens,
                                                     time_point now);
    /// A call that was let in with this charge has ended.
    void ended(const quota_limits& limits, std::uint64_t tokens, time_point now);
    [[nodiscard]] quota_state state(const quota_limits& limits, time_point now);

private:
    void pass(const quota_limits& limits, time_point now);
    [[nodiscard]] double used(time_point now);
    [[nodiscard]] std::optional<quota_refusal> refuse(const quota_limits& limits, std::uint64_t tokens,
                                                      time_point now);
    [[nodiscard]] std::chrono::nanoseconds wait_for(std::uint64_t limit, std::uint64_t tokens,
                                                    time_point now);

    quota_rule rule_;
    rolling_window charges_{std::chrono::seconds{60}};
    rolling_window requests_{std::chrono::seconds{10}};
    double level_ = 0;  ///< where not a window counts
    time_point passed_until_{};
};

}  // namespace simulator
