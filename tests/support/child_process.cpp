#include "tests/support/child_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

namespace tests {
namespace {

constexpr std::size_t shown_of_errors = 4'000;

std::vector<std::string> merged_environment(const std::map<std::string, std::string>& added)
{
    std::vector<std::string> all;
    for (char** each = environ; *each != nullptr; ++each) {
        const std::string entry{*each};
        if (!added.contains(entry.substr(0, entry.find('=')))) all.push_back(entry);
    }
    for (const auto& [name, value] : added) all.push_back(name + "=" + value);
    return all;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts)
{
    std::vector<char*> list;
    for (auto& each : texts) list.push_back(each.data());
    list.push_back(nullptr);
    return list;
}

std::string content_of(const std::string& file)
{
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

}  // namespace

child_process::child_process(const program_call& called)
    : output_file_{called.output_file}, error_file_{called.error_file}
{
    constexpr int mode = 0600;
    posix_spawn_file_actions_t actions{};
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output_file_.c_str(),
                                     O_WRONLY | O_CREAT | O_TRUNC, mode);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, error_file_.c_str(),
                                     O_WRONLY | O_CREAT | O_TRUNC, mode);

    auto command = called.command;
    auto environment = merged_environment(called.environment);
    const int failed = ::posix_spawn(&child_, command.front().c_str(), &actions, nullptr,
                                     pointers_to(command).data(), pointers_to(environment).data());
    posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) throw std::runtime_error{"cannot start " + called.command.front()};
    // The wrapper of glibc 2.36 is not declared for C++.
    handle_ = static_cast<int>(::syscall(SYS_pidfd_open, child_, 0));
    if (handle_ < 0) throw std::runtime_error{"no handle on " + called.command.front()};
}

child_process::child_process(child_process&& other) noexcept
    : output_file_{std::move(other.output_file_)},
      error_file_{std::move(other.error_file_)},
      child_{std::exchange(other.child_, 0)},
      handle_{std::exchange(other.handle_, -1)}
{}

child_process::~child_process()
{
    if (child_ > 0) {
        ::kill(child_, SIGKILL);
        ::waitpid(child_, nullptr, 0);
    }
    if (handle_ >= 0) ::close(handle_);
}

void child_process::send(int signal) const { ::kill(child_, signal); }

bool child_process::runs(std::chrono::milliseconds patience) const
{
    const auto deadline = std::chrono::steady_clock::now() + patience;
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(
            std::max(deadline - std::chrono::steady_clock::now(), std::chrono::steady_clock::duration{0}));
        pollfd end{.fd = handle_, .events = POLLIN, .revents = 0};
        const int ended = ::poll(&end, 1, static_cast<int>(left.count()));
        if (ended < 0 && errno == EINTR) continue;
        return ended == 0;
    }
}

int child_process::wait(std::chrono::seconds patience)
{
    if (runs(patience)) {
        const auto said = errors();
        throw std::runtime_error{"a child process has not ended; its last words:\n" +
                                 said.substr(said.size() - std::min(said.size(), shown_of_errors))};
    }
    int status = 0;
    ::waitpid(std::exchange(child_, 0), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

std::string child_process::output() const { return content_of(output_file_); }

std::string child_process::errors() const { return content_of(error_file_); }

}  // namespace tests
