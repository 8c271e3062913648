#include "worker/program_run.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include "worker/deadline.hpp"
#include "worker/token_source.hpp"

namespace worker {

namespace asio = boost::asio;
using pipeline::failure;
using pipeline::result;

namespace {

constexpr std::size_t longest_output = 256 * 1024;

/// A file in memory that a program writes to. Unlike a pipe it never makes the program wait for us.
class written_memory {
public:
    written_memory() : handle_{::memfd_create("batchmill", MFD_CLOEXEC)} {}
    ~written_memory()
    {
        if (handle_ >= 0) ::close(handle_);
    }
    written_memory(const written_memory&) = delete;
    written_memory& operator=(const written_memory&) = delete;

    [[nodiscard]] int handle() const { return handle_; }
    [[nodiscard]] pipeline::shared_bytes content() const
    {
        const auto size = ::lseek(handle_, 0, SEEK_END);
        pipeline::shared_bytes bytes{
            std::min(static_cast<std::size_t>(std::max<off_t>(size, 0)), longest_output)};
        const auto got = ::pread(handle_, bytes.data(), bytes.size(), 0);
        return got == static_cast<ssize_t>(bytes.size()) ? bytes : pipeline::shared_bytes{};
    }

private:
    int handle_;
};

/// A program that was started in a process group of its own; both end with the object.
class child {
public:
    /// `error` is that of posix_spawnp.
    child(std::vector<std::string>& command, int output, int errors, int& error)
    {
        posix_spawn_file_actions_t files{};
        posix_spawn_file_actions_init(&files);
        posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
        posix_spawn_file_actions_adddup2(&files, errors, STDERR_FILENO);
        posix_spawnattr_t attributes{};
        posix_spawnattr_init(&attributes);
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);

        std::vector<char*> arguments;
        for (auto& each : command) arguments.push_back(each.data());
        arguments.push_back(nullptr);
        error = ::posix_spawnp(&id_, arguments.front(), &files, &attributes, arguments.data(), environ);
        if (error != 0) id_ = 0;
        posix_spawnattr_destroy(&attributes);
        posix_spawn_file_actions_destroy(&files);
    }
    ~child()
    {
        if (id_ == 0) return;
        kill();
        ::waitpid(id_, nullptr, 0);
    }
    child(const child&) = delete;
    child& operator=(const child&) = delete;

    /// Becomes readable when the program has ended; negative where the system cannot tell. The wrapper of
    /// glibc 2.36 is not declared for C++.
    [[nodiscard]] int open_handle() const { return static_cast<int>(::syscall(SYS_pidfd_open, id_, 0)); }
    void kill() const { ::kill(-id_, SIGKILL); }
    /// To be called when it has ended.
    [[nodiscard]] int exit_code()
    {
        int status = 0;
        ::waitpid(std::exchange(id_, 0), &status, 0);
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }

private:
    pid_t id_ = 0;
};

failure cannot_start(const std::string& program, int error)
{
    const bool is_missing = error == ENOENT;
    auto why = is_missing ? program + " is not installed, or not on the PATH"
                          : "cannot start " + program + ": " + std::strerror(error);
    return failure{pipeline::errc::deployment_stopped, std::move(why)}.with_code(
        std::string{is_missing ? token_failure::unavailable : token_failure::unreadable});
}

}  // namespace

asio::awaitable<result<program_end>> run_program(asio::io_context& loop, std::vector<std::string> command,
                                                 config::duration patience)
{
    const written_memory output;
    const written_memory errors;
    int error = 0;
    child running{command, output.handle(), errors.handle(), error};
    if (error != 0) co_return cannot_start(command.front(), error);

    const int handle = running.open_handle();
    if (handle < 0) co_return cannot_start(command.front(), errno);
    asio::posix::basic_stream_descriptor<asio::io_context::executor_type> end{loop, handle};
    deadline limit{loop, [&running] { running.kill(); }};
    limit.set(config::clock::now() + patience);
    const auto [cancelled] = co_await end.async_wait(asio::posix::stream_descriptor::wait_read,
                                                     asio::as_tuple(asio::use_awaitable));
    if (cancelled) throw boost::system::system_error{cancelled};

    const bool was_killed = limit.passed();
    program_end ended{running.exit_code(), output.content(), std::string{errors.content().view()}};
    if (was_killed)
        co_return failure{pipeline::errc::transient, command.front() + " has not ended in time"}.with_code(
            std::string{token_failure::garbage});
    co_return ended;
}

}  // namespace worker
