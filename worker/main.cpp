#include <CLI/CLI.hpp>

#include <exception>
#include <iostream>

#include "worker/commands/check.hpp"
#include "worker/commands/run.hpp"

int main(int argc, char** argv)
{
    CLI::App program{
        "Reads jobs from Kafka, groups their texts into requests to Azure OpenAI or any server with the "
        "same\n"
        "REST API, and publishes every result to Kafka."};
    program.require_subcommand(1);
    program.set_version_flag("--version", BATCHMILL_VERSION);
    program.footer(
        "Exit codes: 0 done or drained, 1 unexpected, 2 configuration, 3 stopped with jobs left open,\n"
        "4 committed offsets are lost (see run --from), 5 a route or deployment stopped.\n"
        "Nothing is lost in any of these cases: what is open is read again at the next start.");

    worker::run_arguments arguments;
    std::string file;
    auto* check = program.add_subcommand("check", "Print what a run would do, or every problem of the file");
    check->add_option("-c,--config", file, "Configuration file (JSON with comments)")->required();

    auto* run = program.add_subcommand("run", "Work: read, ask, publish");
    run->add_option("-c,--config", arguments.file, "Configuration file (JSON with comments)")->required();
    run->add_flag("--until-end", arguments.until_end,
                  "Stop when everything that is in the topics now has been done, instead of following them");
    run->add_option("--from", arguments.from,
                    "Where to start in partitions without a usable committed offset:\n"
                    "earliest, latest or a time such as 2026-01-31T08:00:00Z");
    run->add_flag("--ignore-metadata", arguments.ignores_metadata,
                  "With exactly_once: read partitions whose commit metadata is not understood from their\n"
                  "committed offset on, although what was done above it is then published twice");
    run->footer("The first SIGTERM or Ctrl-C finishes the open jobs, the second stops at once.");

    try {
        program.parse(argc, argv);
    } catch (const CLI::ParseError& why) {
        const auto code = program.exit(why);
        return code == 0 ? 0 : static_cast<int>(worker::exit_code::configuration);
    }
    try {
        return static_cast<int>(check->parsed() ? worker::check(file) : worker::run(arguments));
    } catch (const std::exception& why) {
        std::cerr << "batchmill: " << why.what() << '\n';
        return static_cast<int>(worker::exit_code::unexpected);
    }
}
