#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <exception>
#include <list>
#include <memory>

#include "pipeline/timeline.hpp"

namespace pipeline {

/// Owns coroutines: each one started here has ended before join() returns, so that what they refer to
/// can be destroyed in the ordinary order of scopes. The only place that calls co_spawn.
///
/// The first child to throw cancels its siblings, and join() throws what it threw. What children throw
/// once a stop was asked for is taken for its consequence and dropped.
///
/// Lives on one thread, the executor's. Must be joined before it is destroyed.
class task_group {
public:
    task_group(boost::asio::any_io_executor executor, timeline& time);
    ~task_group();
    task_group(const task_group&) = delete;
    task_group& operator=(const task_group&) = delete;

    /// Runs `work` up to its first wait when called from within the loop, otherwise once the loop turns.
    /// Once a stop was asked for `work` is destroyed instead, with what was handed to it.
    void start(boost::asio::awaitable<void> work);
    /// Cancels every child.
    void request_stop();
    /// Completes when no child is left.
    boost::asio::awaitable<void> join();

    [[nodiscard]] std::size_t running() const { return children_.size(); }

private:
    using child = boost::asio::cancellation_signal;
    void finished(std::list<child>::iterator which, std::exception_ptr why);

    boost::asio::any_io_executor executor_;
    std::unique_ptr<alarm> all_done_;
    std::list<child> children_;
    std::exception_ptr first_failure_;
    bool stopping_ = false;
};

}  // namespace pipeline
