#include <doctest/doctest.h>

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "tests/tools/simulator_client.hpp"

namespace {

/// batchmill-simulator as a child process whose standard output is read here.
class simulator_process {
public:
    explicit simulator_process(std::vector<std::string> arguments)
    {
        std::array<int, 2> pipe_ends{};
        REQUIRE(::pipe(pipe_ends.data()) == 0);
        posix_spawn_file_actions_t actions{};
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], STDOUT_FILENO);
        posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], STDERR_FILENO);
        posix_spawn_file_actions_addclose(&actions, pipe_ends[0]);

        std::string program = BINARY_ROOT "/batchmill-simulator";
        std::vector<char*> list{program.data()};
        for (auto& each : arguments) list.push_back(each.data());
        list.push_back(nullptr);
        REQUIRE(::posix_spawn(&child_, program.c_str(), &actions, nullptr, list.data(), environ) == 0);
        posix_spawn_file_actions_destroy(&actions);
        ::close(pipe_ends[1]);
        output_ = pipe_ends[0];
    }
    ~simulator_process()
    {
        if (child_ > 0) static_cast<void>(stop(SIGKILL));
        ::close(output_);
    }
    simulator_process(const simulator_process&) = delete;
    simulator_process& operator=(const simulator_process&) = delete;

    std::string first_line() const
    {
        std::string line;
        char letter = 0;
        while (::read(output_, &letter, 1) == 1 && letter != '\n') line += letter;
        return line;
    }

    /// The exit status; -1 where the signal itself ended it.
    [[nodiscard]] int stop(int signal)
    {
        ::kill(child_, signal);
        return wait();
    }

    [[nodiscard]] int wait()
    {
        int status = 0;
        ::waitpid(std::exchange(child_, 0), &status, 0);
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

private:
    pid_t child_ = 0;
    int output_ = -1;
};

constexpr std::string_view announcement = "listening on http://127.0.0.1:";

}  // namespace

TEST_CASE("the program says first where it listens, serves there, and stops on either signal")
{
    for (const int signal : {SIGTERM, SIGINT}) {
        simulator_process process{{"--deployments", "vectors=text-embedding-3-small"}};
        const auto line = process.first_line();
        REQUIRE(line.starts_with(announcement));
        const auto port = static_cast<std::uint16_t>(std::stoi(line.substr(announcement.size())));
        CHECK(tests::ask(port, "POST", "/v1/embeddings", R"({"input":"x","model":"vectors"})").status == 200);
        CHECK(tests::ask(port, "POST", "/v1/embeddings", R"({"input":"x","model":"other"})").status == 404);
        CHECK(process.stop(signal) == 0);
    }
}

TEST_CASE("the program keeps to the quota that it is given")
{
    simulator_process process{{"--tokens-per-minute", "1000", "--requests-per-minute", "6"}};
    const auto line = process.first_line();
    REQUIRE(line.starts_with(announcement));
    const auto port = static_cast<std::uint16_t>(std::stoi(line.substr(announcement.size())));
    const auto quota = tests::ask(port, "GET", "/simulator/quota", {}).body;
    CHECK(quota.starts_with(R"({"tokens_per_minute":1000,"requests_per_minute":6,)"));
    CHECK(process.stop(SIGTERM) == 0);
}

TEST_CASE("the program writes its port to a file")
{
    const auto path =
        std::filesystem::temp_directory_path() / ("simulator-port-" + std::to_string(::getpid()));
    simulator_process process{{"--port-file", path.string()}};
    const auto line = process.first_line();
    std::string port;
    std::ifstream{path} >> port;
    std::filesystem::remove(path);
    CHECK(line == std::string{announcement} + port);
    CHECK(process.stop(SIGTERM) == 0);
}

TEST_CASE("the program explains what it was given wrongly, and ends")
{
    simulator_process no_duration{{"--latency", "soon"}};
    CHECK(no_duration.first_line().find("is no duration") != std::string::npos);
    CHECK(no_duration.wait() != 0);

    simulator_process no_option{{"--no-such-option"}};
    CHECK(no_option.wait() != 0);
}
