#include "worker/commands/check.hpp"

#include <boost/asio/io_context.hpp>

#include <cstdio>
#include <functional>
#include <iostream>
#include <stdexcept>

#include "config/load.hpp"
#include "config/plan.hpp"
#include "config/warnings.hpp"
#include "worker/commands/configuration.hpp"
#include "worker/credentials.hpp"
#include "worker/json_log.hpp"
#include "worker/kafka_conf.hpp"
#include "worker/service_endpoint.hpp"
#include "worker/steady_timeline.hpp"

namespace worker {
namespace {

/// What is fine on the machine of whoever writes the file, and stops a run.
void warn_of_missing(const std::function<void()>& look)
{
    try {
        look();
    } catch (const std::runtime_error& why) {
        std::fprintf(stderr, "warning: %s; a run here would end with exit code 2\n", why.what());
    }
}

void warn_of_missing_credentials(const config::settings& settings)
{
    boost::asio::io_context loop;
    steady_timeline time{loop.get_executor()};
    json_log log{settings.log.level, json_log::form::json};
    credentials all{loop, time, log};
    for (const auto& each : settings.deployments) warn_of_missing([&] { static_cast<void>(all.of(each)); });
    warn_of_missing([&] { static_cast<void>(all.of(settings.kafka)); });
    // Making a client reads its secrets and certificates.
    warn_of_missing(
        [&] { static_cast<void>(kafka_conf::for_lookup(settings.kafka).make(RD_KAFKA_CONSUMER)); });
    no_credential nobody;
    pipeline::byte_pool memory{0};
    for (const auto& each : settings.deployments)
        warn_of_missing([&] { service_endpoint{loop, memory, each, nobody}; });
}

}  // namespace

exit_code check(const std::string& file)
{
    const auto settings = load_or_explain(file);
    if (!settings) return exit_code::configuration;
    std::cout << config::plan_text(*settings) << std::flush;
    for (const auto& each : config::warnings_about(*settings))
        std::fprintf(stderr, "warning: %s\n", each.c_str());
    warn_of_missing_credentials(*settings);
    return exit_code::done;
}

}  // namespace worker
