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

config::route_settings& flow_rig::add_route(const std::string& name)
{
    auto& added = route_settings.emplace_back();
    added.name = name;
    added.from = {name};
    added.text = "/text";
    added.deployments = {deployment_settings.name};
    added.to = name + "-out";
    added.dead_letters = name + "-dead";
    added.group = "group";
    return added;
}

void flow_rig::open(const pipeline::procedure* steps)
{
    deployment.emplace(deployment_settings, service, 1, time.now());
    pipeline::inlet from{&source, &sink, {}};
    for (const auto& each : route_settings) {
        auto& added = routes.emplace_back(each, steps ? *steps : single_step,
                                          std::vector<pipeline::deployment*>{&*deployment});
        from.routes[each.from.front()] = &added;
    }
    const pipeline::flow_parts parts{time, {&*deployment}, {from}, log, counters};
    flow.emplace(loop.get_executor(), parts,
                 pipeline::limits_of(budgets, config::delivery_rule::at_least_once));
    tasks.start(run());
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
