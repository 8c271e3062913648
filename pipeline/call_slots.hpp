#pragma once

#include <cassert>
#include <cstddef>

#include "pipeline/gate.hpp"

namespace pipeline {

/// Bounds the calls in flight to one deployment.
class call_slots final : public gate {
public:
    explicit call_slots(std::size_t bound) : bound_{bound} { assert(bound > 0); }

    [[nodiscard]] allowance offer(const charge_wish&, config::time_point) override
    {
        // A slot comes free when a call ends, and that wakes the dispatcher: no time to name.
        if (in_flight_ >= bound_)
            return allowance::nothing_until(config::time_point::max(), gate_reason::slots);
        return allowance::everything();
    }
    void take(config::tokens, config::time_point) override { ++in_flight_; }
    void settle(const call_report&, config::time_point) override { release(); }
    void give_back(config::tokens) override { release(); }

    [[nodiscard]] std::size_t in_flight() const { return in_flight_; }

private:
    void release()
    {
        assert(in_flight_ > 0);
        --in_flight_;
    }

    std::size_t bound_;
    std::size_t in_flight_ = 0;
};

}  // namespace pipeline
