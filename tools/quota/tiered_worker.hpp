#pragma once

#include <cstdint>
#include <deque>
#include <list>
#include <optional>
#include <vector>

#include "pipeline/grouper.hpp"
#include "pipeline/procedure.hpp"
#include "pipeline/quota_pools.hpp"
#include "tools/quota/drawn_work.hpp"
#include "tools/quota/scenario.hpp"

namespace quota {

/// A question with one part, and what is known of it beside.
struct tiered_job : pipeline::inquiry {
    pipeline::question what;
    drawn_work work = {};
    double arrived = 0;
    bool is_answered = false;
};

/// A call that a worker has decided to make.
struct tiered_call {
    pipeline::deployment* to;
    std::size_t deployment;  ///< its index in the scenario
    pipeline::batch work;
    pipeline::permit allowed;
    tiered_job* job;
};

/// One worker with a route that several deployments serve: the pipeline's own rules, from the question to the
/// permit for a call. Whoever plays it calls and waits.
class tiered_worker {
public:
    /// `share` of each quota is its own.
    tiered_worker(const scenario& what, double share, std::uint64_t seed);
    tiered_worker(const tiered_worker&) = delete;
    tiered_worker& operator=(const tiered_worker&) = delete;

    void ask(const drawn_work& work, double now);
    /// The next call to make now; where there is none, when to ask again.
    [[nodiscard]] std::optional<tiered_call> next(double now, config::time_point& ask_again);
    void answered(tiered_call& call, const pipeline::quota_notice& said, double now);
    void failed(tiered_call& call, const pipeline::failure& why, double now);

    [[nodiscard]] std::size_t waiting() const { return groups_.waiting(); }
    [[nodiscard]] const std::list<tiered_job>& jobs() const { return jobs_; }

private:
    class uncalled final : public pipeline::model_endpoint {
    public:
        boost::asio::awaitable<pipeline::result<pipeline::reply>> call(const pipeline::request&) override;
    };
    void forget_ended();

    uncalled endpoint_;
    pipeline::single_step steps_;
    std::deque<config::deployment_settings> settings_;
    pipeline::quota_pools quotas_;
    std::deque<pipeline::deployment> deployments_;
    config::route_settings route_settings_;
    std::optional<pipeline::route> route_;
    std::list<tiered_job> jobs_;
    pipeline::grouper groups_;  // goes before the jobs that wait in it
};

}  // namespace quota
