#include "worker/commands/check.hpp"

#include <cstdio>
#include <iostream>
#include <stdexcept>

#include "config/load.hpp"
#include "config/plan.hpp"
#include "config/secret.hpp"
#include "config/warnings.hpp"
#include "worker/commands/configuration.hpp"

namespace worker {
namespace {

/// What is fine on the machine of whoever writes the file, and stops a run.
void warn_of_missing_secret(const config::secret_reference& reference, const std::string& purpose)
{
    try {
        static_cast<void>(config::read_secret(reference, purpose));
    } catch (const std::runtime_error& why) {
        std::fprintf(stderr, "warning: %s; a run here would end with exit code 2\n", why.what());
    }
}

}  // namespace

exit_code check(const std::string& file)
{
    const auto settings = load_or_explain(file);
    if (!settings) return exit_code::configuration;
    std::cout << config::plan_text(*settings) << std::flush;
    for (const auto& each : config::warnings_about(*settings))
        std::fprintf(stderr, "warning: %s\n", each.c_str());
    for (const auto& each : settings->deployments) {
        if (each.auth.api_key)
            warn_of_missing_secret(*each.auth.api_key, "the key of deployment \"" + each.name + '"');
    }
    for (const auto& [name, reference] : settings->kafka.secret_properties)
        warn_of_missing_secret(reference, "kafka.properties: " + name);
    return exit_code::done;
}

}  // namespace worker
