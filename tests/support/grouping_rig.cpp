#include "tests/support/grouping_rig.hpp"

#include <stdexcept>

namespace tests {

boost::asio::awaitable<pipeline::result<pipeline::reply>> uncalled_service::call(const pipeline::request&)
{
    throw std::logic_error{"a rule calls nobody"};
}

pipeline::deployment& grouping_rig::add_deployment(config::deployment_settings settings)
{
    if (settings.name.empty()) settings.name = "deployment-" + std::to_string(deployments.size());
    if (settings.model.empty()) settings.model = "model-1";
    const auto& kept = deployment_settings.emplace_back(std::move(settings));
    return deployments.emplace_back(kept, service, quotas.meter_of(kept, 1, start), 1);
}

pipeline::route& grouping_rig::add_route(const std::string& name,
                                         std::vector<pipeline::deployment*> served_by)
{
    if (served_by.empty()) {
        for (auto& each : deployments) served_by.push_back(&each);
    }
    auto& settings = route_settings.emplace_back();
    settings.name = name;
    settings.from = {name};
    settings.text = "/text";
    settings.to = name + "-out";
    settings.dead_letters = name + "-dead";
    return routes.emplace_back(settings, steps, std::move(served_by));
}

pipeline::inquiry& grouping_rig::question(pipeline::route& way, const std::vector<int>& costs,
                                          const pipeline::shape& form)
{
    auto& asked = questions.emplace_back();
    asked.form = form;
    for (const auto cost : costs) {
        const auto bytes = static_cast<std::size_t>(cost) * 4;
        asked.pieces.push_back({pipeline::json_slice{'"' + std::string(bytes, 'x') + '"'}, bytes});
    }
    auto& waiting = inquiries.emplace_back();
    waiting.asked = &asked;
    waiting.way = &way;
    return waiting;
}

std::vector<pipeline::part*> grouping_rig::parts(pipeline::route& way, const std::vector<int>& costs)
{
    auto& whole = question(way, costs);
    whole.parts.resize(costs.size());
    std::vector<pipeline::part*> all;
    for (std::size_t i = 0; i < costs.size(); ++i) {
        auto& one = whole.parts[i];
        one.asked_by = &whole;
        one.index = i;
        one.cost = config::tokens{costs[i]};
        one.bytes = whole.asked->pieces[i].json.size() + 1;
        one.text_bytes = whole.asked->pieces[i].text_bytes;
        one.sequence = ++sequence_;
        all.push_back(&one);
    }
    return all;
}

}  // namespace tests
