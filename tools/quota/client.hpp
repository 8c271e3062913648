#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "config/settings.hpp"
#include "pipeline/gate.hpp"

namespace quota {

/// What one worker knows before it starts.
struct client_settings {
    config::quota_settings quota;
    double share = 1;
    std::uint64_t seed = 1;
    config::time_point start;
};

/// How a worker decides when to send: ours, or one of those that ours is compared with.
class client {
public:
    virtual ~client() = default;
    [[nodiscard]] virtual pipeline::allowance offer(const pipeline::charge_wish& wish,
                                                    config::time_point now) = 0;
    virtual void take(config::tokens cost, config::time_point now) = 0;
    virtual void settle(const pipeline::call_report& ended, config::time_point now) = 0;
    virtual void set_share(double share, config::time_point now) = 0;
};

enum class strategy { pacing, backoff, retry_after, split_bucket };

[[nodiscard]] std::string_view name_of(strategy which);
[[nodiscard]] std::unique_ptr<client> make_client(strategy which, const client_settings& settings);

}  // namespace quota
