#include <CLI/CLI.hpp>

#include <sys/resource.h>

#include <charconv>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>

#include "tools/simulator/profile.hpp"
#include "tools/simulator/running_server.hpp"

namespace {

constexpr auto description = R"(A stand-in for Azure OpenAI on this machine: embeddings, completions, chat
completions and responses in the URL forms of Azure (classic and v1) and of OpenAI. Nothing is bought and
nothing leaves the machine; vectors come from feature hashing, so that similar texts are near each other.)";

constexpr auto examples = R"(
Try it:
  batchmill-simulator --port 8080 --latency 100ms &
  curl -s localhost:8080/v1/embeddings -H 'content-type: application/json' \
       -d '{"model":"text-embedding-3-small","input":"hello","dimensions":8}'
  curl -s localhost:8080/simulator/account

Make it fail (the words are in tools/simulator/README.md):
  curl -X PUT localhost:8080/simulator/faults \
       -d '[{"when":{"every":3},"then":{"status":429,"headers":{"retry-after-ms":"250"}}}]'
)";

const std::map<std::string, simulator::token_counting> countings{
    {"rolling_minute", simulator::token_counting::rolling_minute},
    {"token_bucket", simulator::token_counting::token_bucket},
    {"fixed_minute", simulator::token_counting::fixed_minute},
    {"provisioned", simulator::token_counting::provisioned}};

/// What the command line says that is not an option of the simulator itself.
struct command_line {
    simulator::options settings;
    std::string faults_file;
    std::string port_file;
    std::string certificate_file;
    std::string key_file;
    std::string latency = "0ms";
    std::string jitter = "0ms";
    std::vector<std::string> deployments;
};

/// `100ms`, `2s` or `250us`. Throws CLI::ValidationError.
std::chrono::nanoseconds parse_duration(const std::string& text)
{
    std::int64_t count = 0;
    const auto* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, count);
    const std::string_view unit{parsed.ptr, static_cast<std::size_t>(end - parsed.ptr)};
    if (parsed.ec == std::errc{} && count >= 0) {
        if (unit == "us") return std::chrono::microseconds{count};
        if (unit == "ms") return std::chrono::milliseconds{count};
        if (unit == "s") return std::chrono::seconds{count};
    }
    throw CLI::ValidationError{"'" + text + "' is no duration: say for example 100ms, 2s or 250us"};
}

std::string read_file(const std::string& path)
{
    std::ifstream file{path, std::ios::binary};
    std::ostringstream content;
    content << file.rdbuf();
    if (!file) throw std::runtime_error{"cannot read " + path};
    return std::move(content).str();
}

/// Under its name only once it is whole: whoever waits for the file finds a port in it.
void write_port(const std::string& path, std::uint16_t port)
{
    const auto unfinished = path + ".new";
    std::ofstream file{unfinished};
    file << port << '\n';
    file.close();
    if (!file) throw std::runtime_error{"cannot write " + path};
    std::filesystem::rename(unfinished, path);
}

void declare(CLI::App& app, command_line& line)
{
    app.footer(examples);
    app.add_option("--host", line.settings.host, "Address to listen on")->capture_default_str();
    app.add_option("--port", line.settings.port, "Port to listen on; 0 takes a free one")
        ->capture_default_str();
    app.add_option("--port-file", line.port_file, "Also write the port here");
    app.add_option("--api-key", line.settings.api_key, "Refuse requests without this key with 401");
    app.add_option(
        "--profile", line.settings.profile,
        "Stand in for one family of servers: azure, azure_v1, openai, vllm, llama_cpp, tei, litellm, "
        "sparse");
    app.add_option("--deployments", line.deployments,
                   "NAME or NAME=MODEL, separated by commas: any other deployment gets 404. Without this "
                   "every name exists")
        ->delimiter(',');
    app.add_option("--max-inputs", line.settings.max_inputs, "Most texts or prompts in one request")
        ->capture_default_str()
        ->check(CLI::PositiveNumber);
    app.add_option("--tokens-per-minute", line.settings.quota.tokens_per_minute,
                   "Refuse what is above so many tokens in the last minute, for each deployment");
    app.add_option("--requests-per-minute", line.settings.quota.requests_per_minute,
                   "The same for requests; a sixth of them in the last ten seconds");
    app.add_option("--counting", line.settings.counting.counts,
                   "How tokens are counted: rolling_minute, token_bucket, fixed_minute or provisioned")
        ->transform(CLI::CheckedTransformer{countings}.description(""))
        ->default_str("rolling_minute");
    app.add_flag("--charge-refused", line.settings.counting.charges_refused,
                 "Requests that are refused for quota are charged too");
    app.add_option("--latency", line.latency, "Time before every 200, such as 100ms")->capture_default_str();
    app.add_option("--jitter", line.jitter, "Up to so much is added to it, evenly drawn")
        ->capture_default_str();
    app.add_option("--places", line.settings.places,
                   "Work on so many requests at a time, each for the latency; the others wait in line. 0: on "
                   "all at once")
        ->capture_default_str();
    app.add_option("--seed", line.settings.seed, "Seed of everything drawn")->capture_default_str();
    app.add_option("--journal", line.settings.journal,
                   "File that gets a line of JSON for every call: request, answer, no credentials");
    app.add_option("--faults", line.faults_file, "JSON file of fault rules")->check(CLI::ExistingFile);
    auto* certificate =
        app.add_option("--tls-cert", line.certificate_file, "PEM file: speak TLS")->check(CLI::ExistingFile);
    auto* key = app.add_option("--tls-key", line.key_file, "PEM file of its key")->check(CLI::ExistingFile);
    certificate->needs(key);
    key->needs(certificate);
}

void complete(command_line& line)
{
    line.settings.latency = parse_duration(line.latency);
    static_cast<void>(simulator::find_profile(line.settings.profile));  // throws where there is none
    line.settings.jitter = parse_duration(line.jitter);
    for (const auto& each : line.deployments) {
        const auto equals = std::min(each.find('='), each.size());
        line.settings.deployments.push_back(
            {.name = each.substr(0, equals), .model = each.substr(std::min(equals + 1, each.size()))});
    }
    if (!line.certificate_file.empty()) line.settings.tls_certificate = read_file(line.certificate_file);
    if (!line.key_file.empty()) line.settings.tls_key = read_file(line.key_file);
}

/// Thousands of connections need more than the usual 1,024 descriptors.
void raise_descriptor_limit()
{
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

void run(const command_line& line)
{
    // Blocked before the server starts its thread, which inherits the mask: only sigwait sees them.
    sigset_t stop_signals;
    sigemptyset(&stop_signals);
    sigaddset(&stop_signals, SIGINT);
    sigaddset(&stop_signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &stop_signals, nullptr);

    simulator::running_server server{line.settings};
    if (!line.faults_file.empty()) server.set_faults(read_file(line.faults_file));
    if (!line.port_file.empty()) write_port(line.port_file, server.port());
    std::cout << "listening on " << server.base_url() << std::endl;

    int received = 0;
    sigwait(&stop_signals, &received);
}

}  // namespace

int main(int argc, char** argv)
{
    CLI::App app{description, "batchmill-simulator"};
    command_line line;
    declare(app, line);
    try {
        app.parse(argc, argv);
        complete(line);
    } catch (const CLI::ParseError& why) {
        return app.exit(why);
    } catch (const std::exception& why) {
        std::cerr << "batchmill-simulator: " << why.what() << '\n';
        return 2;
    }
    try {
        raise_descriptor_limit();
        run(line);
    } catch (const std::exception& why) {
        std::cerr << "batchmill-simulator: " << why.what() << '\n';
        return 1;
    }
    return 0;
}
