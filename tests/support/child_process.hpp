#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace tests {

/// A program and what it is started with.
struct program_call {
    std::vector<std::string> command;                ///< the program's path, then its arguments
    std::map<std::string, std::string> environment;  ///< in addition to that of the test
    std::string output_file;                         ///< takes standard output, and is begun anew
    std::string error_file;                          ///< takes standard error
};

/// A program that runs beside the test. It ends with the object at the latest, by SIGKILL.
class child_process {
public:
    /// Throws std::runtime_error where the program cannot be started.
    explicit child_process(const program_call& called);
    ~child_process();
    child_process(child_process&& other) noexcept;
    child_process(const child_process&) = delete;
    child_process& operator=(const child_process&) = delete;

    void send(int signal) const;
    /// Whether it still runs; where it does, after waiting for its end for so long.
    [[nodiscard]] bool runs(std::chrono::milliseconds patience = {}) const;
    /// The exit code, or the number of the signal that ended it as a negative number. Throws
    /// std::runtime_error with the end of standard error where it does not end in time; far longer than
    /// anything takes, also with sanitizers on a busy machine.
    [[nodiscard]] int wait(std::chrono::seconds patience = std::chrono::seconds{240});

    /// What it has written so far.
    [[nodiscard]] std::string output() const;
    [[nodiscard]] std::string errors() const;

private:
    std::string output_file_;
    std::string error_file_;
    pid_t child_ = 0;
    int handle_ = -1;  ///< a pidfd: can be read from when the child has ended
};

}  // namespace tests
