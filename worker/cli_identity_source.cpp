#include "worker/cli_identity_source.hpp"

#include <span>
#include <utility>

#include "worker/excerpt.hpp"
#include "worker/program_run.hpp"
#include "worker/token_answer.hpp"
#include "worker/token_reply.hpp"

namespace worker {

namespace asio = boost::asio;
using pipeline::failure;
using pipeline::result;

namespace {

using namespace std::chrono_literals;

/// It is a Python program that may have to ask Entra ID itself.
constexpr config::duration patience = 30s;
constexpr std::size_t longest_message = 300;

std::vector<std::string> command_for(const config::azure_cli_identity& which, const std::string& scope)
{
    std::vector<std::string> command{"az",      "account", "get-access-token", "--output", "json",
                                     "--scope", scope};
    if (which.tenant) command.insert(command.end(), {"--tenant", *which.tenant});
    return command;
}

/// Nobody has signed in, or somebody whose sign-in has run out: `az` says how to mend that.
failure refused_by_az(const program_end& ended)
{
    return failure{pipeline::errc::deployment_stopped, "az ended with " + std::to_string(ended.exit_code) +
                                                           ": " + excerpt(ended.errors, longest_message) +
                                                           "; az login signs in"}
        .with_code(std::string{token_failure::unavailable});
}

}  // namespace

cli_identity_source::cli_identity_source(asio::io_context& loop, const config::azure_cli_identity& which,
                                         const std::string& scope, std::string name)
    : loop_{loop}, name_{std::move(name)}, command_{command_for(which, scope)}
{}

asio::awaitable<result<access_token>> cli_identity_source::fetch()
{
    auto ended = co_await run_program(loop_, command_, patience);
    if (!ended) co_return ended.error();
    if (ended->exit_code != 0) co_return refused_by_az(*ended);
    co_return read_token_reply(std::span{ended->output.data(), ended->output.size()}, wall_clock_seconds());
}

}  // namespace worker
