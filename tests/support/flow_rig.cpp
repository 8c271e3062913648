#include "tests/support/flow_rig.hpp"

namespace asio = boost::asio;

namespace tests {

flow_rig::flow_rig()
{
    deployment_settings.name = "vectors";
    deployment_settings.deployment = "embedder";
    deployment_settings.model = "model-1";
    deployment_settings.max_concurrency = 8;
}

flow_rig::~flow_rig()
{
    if (flow && !ended) flow->abandon();
    source.end();
    time.advance(std::chrono::hours{1});
}

flow_rig::further_deployment& flow_rig::add_deployment(const std::string& name)
{
    auto& added = further.emplace_back(time);
    added.settings = deployment_settings;
    added.settings.name = name;
    return added;
}

config::route_settings& flow_rig::add_route(const std::string& name)
{
    auto& added = route_settings.emplace_back();
    added.name = name;
    added.from = {name};
    added.text = "/text";
    added.deployments = {deployment_settings.name};
    for (const auto& each : further) added.deployments.push_back(each.settings.name);
    added.to = name + "-out";
    added.dead_letters = name + "-dead";
    added.group = "group";
    return added;
}

void flow_rig::open(const pipeline::procedure* steps)
{
    deployment.emplace(deployment_settings, service, quotas.meter_of(deployment_settings, 1, time.now()), 1);
    std::vector<pipeline::deployment*> deployments{&*deployment};
    for (auto& each : further)
        deployments.push_back(&each.made.emplace(each.settings, each.service,
                                                 quotas.meter_of(each.settings, 1, time.now()), 1));
    pipeline::inlet from{&source, &sink, {}};
    for (const auto& each : route_settings) {
        auto& added = routes.emplace_back(each, steps ? *steps : single_step, serving(each));
        from.routes[each.from.front()] = &added;
    }
    const pipeline::flow_parts parts{time, std::move(deployments), {from}, log, counters};
    flow.emplace(loop.get_executor(), parts,
                 pipeline::limits_of(budgets, config::delivery_rule::at_least_once));
    tasks.start(run());
}

std::vector<pipeline::deployment*> flow_rig::serving(const config::route_settings& way)
{
    std::vector<pipeline::deployment*> found;
    for (const auto& name : way.deployments) {
        if (name == deployment_settings.name) found.push_back(&*deployment);
        for (auto& each : further) {
            if (each.settings.name == name) found.push_back(&*each.made);
        }
    }
    return found;
}

asio::awaitable<void> flow_rig::run()
{
    co_await flow->run();
    ended = true;
}

void flow_rig::put(const std::string& topic, int count, const std::string& prefix)
{
    for (int i = 0; i < count; ++i) source.put(topic, R"({"text":")" + prefix + std::to_string(i) + R"("})");
}

void flow_rig::finish(config::duration at_most)
{
    source.end();
    const auto until = time.now() + at_most;
    while (!ended && time.now() < until) time.advance(std::chrono::seconds{1});
}

}  // namespace tests
