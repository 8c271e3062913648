#include "tests/support/served_flow.hpp"

#include "pipeline/procedure.hpp"
#include "pipeline/quota_pools.hpp"
#include "tests/support/run.hpp"
#include "worker/credential.hpp"

namespace tests {

served_flow::served_flow(const simulator::options& service, config::api_form api, config::operation asks)
    : service_{service}
{
    deployment.name = "there";
    deployment.api = api;
    deployment.endpoint = service_.base_url() + (api == config::api_form::openai ? "/v1" : "");
    deployment.deployment = deployment.model = "model-a";
    deployment.api_version = "2025-03-01-preview";
    route.name = "work";
    route.from = {"in"};
    route.asks = asks;
    route.text = "/text";
    if (asks == config::operation::chat) route.messages = {{"user", "/text"}};
    route.deployments = {deployment.name};
    route.to = "out";
    route.dead_letters = "dead";
}

void served_flow::put(std::string value, std::vector<pipeline::header> headers)
{
    source_.put("in", std::move(value), {}, std::move(headers));
}

void served_flow::put_texts(int count)
{
    for (int i = 0; i < count; ++i) put(R"({"text":"text )" + std::to_string(i) + "\"}");
}

void served_flow::run()
{
    worker::no_credential nobody;
    worker::service_endpoint endpoint{loop_, memory_, deployment, nobody};
    pipeline::quota_pools quotas;
    pipeline::deployment there{deployment, endpoint, quotas.meter_of(deployment, 1, time_.now()), 1};
    pipeline::single_step steps;
    pipeline::route way{route, steps, {&there}};
    pipeline::stats counters;
    recorded_log log;
    pipeline::flow flow{loop_.get_executor(),
                        {time_, {&there}, {pipeline::inlet{&source_, &sink_, {{"in", &way}}}}, log, counters},
                        pipeline::limits_of({}, config::delivery_rule::at_least_once)};
    source_.end();
    tests::run(loop_, flow.run());
    endpoint.close();
}

pipeline::result<pipeline::reply> served_flow::call(const pipeline::shape& form,
                                                    std::vector<std::string_view> pieces)
{
    worker::no_credential nobody;
    worker::service_endpoint endpoint{loop_, memory_, deployment, nobody};
    const pipeline::request request{.form = &form, .pieces = std::move(pieces)};
    return tests::run(loop_, endpoint.call(request));
}

}  // namespace tests
