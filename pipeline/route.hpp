#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "pipeline/backlog.hpp"
#include "pipeline/carried_headers.hpp"
#include "pipeline/deployment.hpp"
#include "pipeline/job_codec.hpp"
#include "pipeline/publication_watch.hpp"
#include "pipeline/request_parameters.hpp"
#include "pipeline/route_health.hpp"

namespace pipeline {

class procedure;

/// A route at work: its configuration, its steps, where its calls may go, and whether it is well.
/// Pinned: inquiries and lanes refer to it.
class route {
public:
    /// Everything given must outlive it. `served_by` is put into the order of tiers.
    route(const config::route_settings& settings, const procedure& steps,
          const std::vector<deployment*>& served_by)
        : settings_{&settings},
          steps_{&steps},
          served_by_{by_tiers(served_by)},
          codec_{settings},
          health_{settings},
          carried_{settings},
          waiting_{read_ahead()},
          vectors_of_any_length_{settings.leaves_to_records("dimensions")}
    {}
    route(const route&) = delete;
    route& operator=(const route&) = delete;

    [[nodiscard]] const config::route_settings& settings() const { return *settings_; }
    [[nodiscard]] const procedure& steps() const { return *steps_; }
    [[nodiscard]] const std::vector<deployment*>& served_by() const { return served_by_; }
    [[nodiscard]] const job_codec& codec() const { return codec_; }
    [[nodiscard]] route_health& health() { return health_; }
    [[nodiscard]] const carried_headers& carried() const { return carried_; }
    [[nodiscard]] backlog& waiting() { return waiting_; }
    /// Its records choose how long their vectors are.
    [[nodiscard]] bool has_vectors_of_any_length() const { return vectors_of_any_length_; }

    /// A stopped route reads no more, its jobs stay open, and it goes on after a restart.
    [[nodiscard]] bool is_stopped() const { return !stop_reason_.empty(); }
    [[nodiscard]] const std::string& stop_reason() const { return stop_reason_; }
    /// Nothing of it is sent while it is not known whose its records are.
    void hold_calls(bool are_held) { are_calls_held_ = are_held; }
    [[nodiscard]] publication_watch& publications() { return publications_; }
    /// Nothing of it is sent for the present.
    [[nodiscard]] bool are_calls_held(config::time_point now) const
    {
        return are_calls_held_ || publications_.is_stuck(now);
    }
    void part_was_sent() { ++parts_in_flight_; }
    void part_has_landed() { --parts_in_flight_; }
    [[nodiscard]] bool has_calls_under_way() const { return parts_in_flight_ > 0; }
    void stop(std::string reason) { stop_reason_ = std::move(reason); }

private:
    /// Texts: twice what all its deployments can have in flight, so that those that come free find full
    /// batches.
    [[nodiscard]] std::size_t read_ahead() const
    {
        constexpr std::size_t least = 1024;
        std::size_t in_flight = 0;
        for (const auto* each : served_by_) {
            const auto inputs = has_one_piece(settings_->asks) ? 1 : each->settings().max_inputs;
            in_flight += each->settings().max_concurrency * inputs;
        }
        return std::max(least, 2 * in_flight);
    }

    const config::route_settings* settings_;
    const procedure* steps_;
    std::vector<deployment*> served_by_;
    job_codec codec_;
    route_health health_;
    carried_headers carried_;
    backlog waiting_;
    publication_watch publications_;
    bool vectors_of_any_length_;
    bool are_calls_held_ = false;
    std::size_t parts_in_flight_ = 0;
    std::string stop_reason_;
};

}  // namespace pipeline
