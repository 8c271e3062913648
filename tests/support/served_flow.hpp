#pragma once

#include <boost/asio/io_context.hpp>

#include <string>
#include <vector>

#include "pipeline/flow.hpp"
#include "tests/support/flow_fakes.hpp"
#include "tools/simulator/running_server.hpp"
#include "worker/service_endpoint.hpp"
#include "worker/steady_timeline.hpp"

namespace tests {

/// The whole flow and the worker's HTTP in front of the simulator, in real time: one deployment and one
/// route, without Kafka. Set the settings, put records, run.
class served_flow {
public:
    /// The URL form of the deployment is `api`, its key none. The route asks `asks` with the text at /text.
    served_flow(const simulator::options& service, config::api_form api, config::operation asks);

    void put(std::string value, std::vector<pipeline::header> headers = {});
    /// Puts {"text":"text <i>"} for each i below `count`.
    void put_texts(int count);
    /// Runs until every record has its outcome.
    void run();
    /// One call beside the flow.
    [[nodiscard]] pipeline::result<pipeline::reply> call(const pipeline::shape& form,
                                                         std::vector<std::string_view> pieces);

    [[nodiscard]] simulator::running_server& service() { return service_; }
    /// What was published in the order of the outcomes' ends.
    [[nodiscard]] const std::vector<pipeline::outcome>& outcomes() const { return sink_.published; }
    [[nodiscard]] std::size_t count(pipeline::ending how) const { return sink_.count(how); }

    config::deployment_settings deployment;
    config::route_settings route;

private:
    pipeline::byte_pool memory_{0};  // replies live as long as this
    simulator::running_server service_;
    boost::asio::io_context loop_;
    worker::steady_timeline time_{loop_.get_executor()};
    fake_source source_{time_};
    fake_sink sink_{loop_, time_};
};

}  // namespace tests
