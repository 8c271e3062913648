#pragma once

#include <cassert>
#include <cstddef>

#include "pipeline/concurrency_limit.hpp"
#include "pipeline/gate.hpp"

namespace pipeline {

/// Bounds the calls in flight to one deployment: between `least` and `most`, as the server can use them.
class call_slots final : public gate {
public:
    call_slots(std::size_t least, std::size_t most) : limit_{least, most}
    {
        assert(0 < least && least <= most);
    }

    [[nodiscard]] allowance offer(const charge_wish&, config::time_point) override
    {
        // A slot comes free when a call ends, and that wakes the dispatcher: no time to name.
        if (in_flight_ >= limit_.most_calls())
            return allowance::nothing_until(config::time_point::max(), gate_reason::slots);
        return allowance::everything();
    }
    void take(config::tokens, config::time_point) override { ++in_flight_; }
    void settle(const call_report& ended, config::time_point now) override
    {
        release();
        limit_.ended(ended, now);
    }
    void give_back(config::tokens) override { release(); }

    [[nodiscard]] std::size_t in_flight() const { return in_flight_; }
    [[nodiscard]] std::size_t most() const { return limit_.most_calls(); }

private:
    void release()
    {
        assert(in_flight_ > 0);
        --in_flight_;
    }

    concurrency_limit limit_;
    std::size_t in_flight_ = 0;
};

}  // namespace pipeline
