#include "worker/commands/run.hpp"

#include <cstdio>
#include <stdexcept>

#include <sys/prctl.h>
#include <unistd.h>

#include "pipeline/rfc3339.hpp"
#include "worker/commands/configuration.hpp"
#include "worker/mill.hpp"

namespace worker {
namespace {

std::optional<start_point> read_start(const std::string& text)
{
    if (text == "earliest") return start_point{start_point::kind::earliest, 0};
    if (text == "latest") return start_point{start_point::kind::latest, 0};
    if (const auto time = pipeline::read_rfc3339(text))
        return start_point{start_point::kind::timestamp, *time};
    return std::nullopt;
}

/// Keys, tokens and texts are in memory, and a core would bring them to a disk: as with ssh-agent(1), there
/// is none, and no other process of the same user may look into this one. Root may, for debugging (prctl(2)).
void keep_memory_to_ourselves() noexcept { ::prctl(PR_SET_DUMPABLE, 0); }

}  // namespace

exit_code run(const run_arguments& arguments)
{
    keep_memory_to_ourselves();
    mill_options options;
    options.mode = arguments.until_end ? reading::until_end : reading::follow;
    options.ignores_metadata = arguments.ignores_metadata;
    options.log_form = ::isatty(STDERR_FILENO) == 1 ? json_log::form::terminal : json_log::form::json;
    if (!arguments.from.empty()) {
        options.from = read_start(arguments.from);
        if (!options.from) {
            std::fprintf(stderr, "--from takes earliest, latest or a time such as 2026-01-31T08:00:00Z\n");
            return exit_code::configuration;
        }
    }
    const auto settings = load_or_explain(arguments.file);
    if (!settings) return exit_code::configuration;

    std::optional<mill> works;
    try {
        works.emplace(*settings, options);
    } catch (const std::runtime_error& why) {
        std::fprintf(stderr, "%s\n", why.what());
        return exit_code::configuration;
    }
    try {
        return works->run();
    } catch (const start_refused& why) {
        std::fprintf(stderr, "%s\n", why.what());
        return exit_code::offsets;
    }
}

}  // namespace worker
