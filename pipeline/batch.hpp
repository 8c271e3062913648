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

    /// Views into the questions, which wait until the call has ended.
    [[nodiscard]] request asks() const
    {
        request all{&from->key().form, {}};
        all.pieces.reserve(parts.size());
        for (const auto* each : parts) all.pieces.push_back(each->asked_by->asked->pieces[each->index].json);
        return all;
    }
};

}  // namespace pipeline
