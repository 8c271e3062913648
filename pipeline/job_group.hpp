#pragma once

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <exception>
#include <memory>

#include "pipeline/lazy.hpp"
#include "pipeline/timeline.hpp"

namespace pipeline {

/// Owns lazy coroutines as task_group owns Asio's: each one started here has ended before join() returns.
/// They are many and cannot be cancelled; whoever owes them an answer gives it.
///
/// Lives on one thread, the executor's. Must be joined before it is destroyed.
class job_group {
public:
    job_group(boost::asio::any_io_executor executor, timeline& time);
    ~job_group();
    job_group(const job_group&) = delete;
    job_group& operator=(const job_group&) = delete;

    /// Runs `work` up to its first wait.
    void start(lazy<void> work);
    /// Completes when none is left; throws what the first one to throw threw.
    boost::asio::awaitable<void> join();

    [[nodiscard]] std::size_t running() const { return running_; }

private:
    class root;
    root run(lazy<void> work);

    ready_queue ready_;
    std::unique_ptr<alarm> all_done_;
    std::exception_ptr first_failure_;
    std::size_t running_ = 0;
};

}  // namespace pipeline
