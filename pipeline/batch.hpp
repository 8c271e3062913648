#pragma once

#include <vector>

#include "pipeline/lane.hpp"
#include "pipeline/refusal.hpp"

namespace pipeline {

/// The parts that travel in one request.
struct batch {
    lane* from = nullptr;
    refusal* bisected = nullptr;  ///< set where this is a piece of a refused batch
    std::vector<part*> parts;
    config::tokens cost;

    /// Views into the questions, which wait until the call has ended. Of a trace where all of them are of
    /// that one; its flags are those that any of them has.
    [[nodiscard]] request asks() const;
};

}  // namespace pipeline
