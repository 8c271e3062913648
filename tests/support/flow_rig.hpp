#pragma once

#include <optional>
#include <string>

#include "pipeline/flow.hpp"
#include "pipeline/procedure.hpp"
#include "pipeline/quota_pools.hpp"
#include "tests/support/flow_fakes.hpp"

namespace tests {

/// The whole flow on fakes and virtual time: one source, one deployment and more where the test adds them,
/// routes as it wants them. Set the settings first, then open().
struct flow_rig {
    flow_rig();
    ~flow_rig();

    /// A deployment with a service of its own.
    struct further_deployment {
        explicit further_deployment(pipeline::timeline& time) : service{time} {}
        config::deployment_settings settings;
        fake_service service;
        std::optional<pipeline::deployment> made;
    };
    /// Settings as those of the first one are now; asked by the routes that are added later.
    further_deployment& add_deployment(const std::string& name);
    /// A route of embeddings from topic `name` to `name-out`, with the text at /text.
    config::route_settings& add_route(const std::string& name);
    /// Starts the flow. `steps` replaces the single step of every route.
    void open(const pipeline::procedure* steps = nullptr);
    /// Puts `count` records {"text":"<prefix><i>"} into `topic`.
    void put(const std::string& topic, int count, const std::string& prefix = "text ");
    /// No more input; moves time on until the flow ends, at most so long.
    void finish(config::duration at_most = std::chrono::hours{24});
    void start(boost::asio::awaitable<void> work) { tasks.start(std::move(work)); }

    boost::asio::io_context loop;
    manual_timeline time{loop};
    config::deployment_settings deployment_settings;
    config::budget_settings budgets;
    std::deque<config::route_settings> route_settings;
    fake_source source{time};
    fake_sink sink{loop, time};
    fake_service service{time};
    recorded_log log;
    pipeline::stats counters;
    pipeline::single_step single_step;
    pipeline::quota_pools quotas;
    std::optional<pipeline::deployment> deployment;
    std::deque<further_deployment> further;
    std::deque<pipeline::route> routes;
    pipeline::task_group tasks{loop.get_executor(), time};
    std::optional<pipeline::flow> flow;
    bool ended = false;

private:
    [[nodiscard]] std::vector<pipeline::deployment*> serving(const config::route_settings& way);
    boost::asio::awaitable<void> run();
};

}  // namespace tests
