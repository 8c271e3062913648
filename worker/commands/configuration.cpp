#include "worker/commands/configuration.hpp"

#include <cstdio>

#include "config/load.hpp"

namespace worker {

std::optional<config::settings> load_or_explain(const std::string& file)
{
    auto loaded = config::load_file(file, config::process_environment());
    if (auto* settings = std::get_if<config::settings>(&loaded)) return std::move(*settings);

    const auto& problems = std::get<std::vector<config::problem>>(loaded);
    for (const auto& each : problems) std::fprintf(stderr, "%s\n", config::to_string(each).c_str());
    std::fprintf(stderr, "%zu problem%s\n", problems.size(), problems.size() == 1 ? "" : "s");
    return std::nullopt;
}

}  // namespace worker
