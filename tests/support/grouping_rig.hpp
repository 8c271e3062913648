#pragma once

#include <deque>
#include <string>
#include <vector>

#include "pipeline/deployment.hpp"
#include "pipeline/inquiry.hpp"
#include "pipeline/procedure.hpp"
#include "pipeline/quota_pools.hpp"
#include "pipeline/route.hpp"

namespace tests {

/// A service that rules never reach.
class uncalled_service final : public pipeline::model_endpoint {
public:
    boost::asio::awaitable<pipeline::result<pipeline::reply>> call(const pipeline::request& ask) override;
};

/// Deployments, routes and questions for the rules of grouping: no loop, and time is a number.
struct grouping_rig {
    static constexpr config::time_point start{std::chrono::hours{1}};

    pipeline::deployment& add_deployment(config::deployment_settings settings = {});
    /// A route of embeddings from topic `name` to `name-out`; served by all deployments so far unless named.
    pipeline::route& add_route(const std::string& name, std::vector<pipeline::deployment*> served_by = {});

    /// A question with one piece of each of these estimates, in tokens. Not submitted.
    pipeline::inquiry& question(pipeline::route& way, const std::vector<int>& costs,
                                const pipeline::shape& form = {});
    /// Parts of such a question in order of arrival, for the rules below the grouper.
    std::vector<pipeline::part*> parts(pipeline::route& way, const std::vector<int>& costs);

    uncalled_service service;
    pipeline::single_step steps;
    std::deque<config::deployment_settings> deployment_settings;
    pipeline::quota_pools quotas;
    std::deque<pipeline::deployment> deployments;
    std::deque<config::route_settings> route_settings;
    std::deque<pipeline::route> routes;
    std::deque<pipeline::question> questions;
    std::deque<pipeline::inquiry> inquiries;

private:
    std::uint64_t sequence_ = 0;
};

}  // namespace tests
