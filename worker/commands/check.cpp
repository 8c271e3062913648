#include "worker/commands/check.hpp"

#include <iostream>

#include "config/load.hpp"
#include "config/plan.hpp"
#include "worker/commands/configuration.hpp"

namespace worker {

exit_code check(const std::string& file)
{
    const auto settings = load_or_explain(file);
    if (!settings) return exit_code::configuration;
    std::cout << config::plan_text(*settings);
    return exit_code::done;
}

}  // namespace worker
