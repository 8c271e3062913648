#pragma once

#include <boost/asio/any_io_executor.hpp>

#include <coroutine>
#include <vector>

namespace pipeline {

/// Coroutines that may go on, and do so from the loop in the order in which they came. However many become
/// ready in one turn of the loop, they cost it one handler.
///
/// Lives on one thread, the executor's; must be empty when it goes, and whoever pushes must see to it that
/// the coroutine is still there when its turn comes.
class ready_queue {
public:
    explicit ready_queue(boost::asio::any_io_executor executor);
    ~ready_queue();
    ready_queue(const ready_queue&) = delete;
    ready_queue& operator=(const ready_queue&) = delete;

    void push(std::coroutine_handle<> one);

private:
    void drain();

    boost::asio::any_io_executor executor_;
    std::vector<std::coroutine_handle<>> ready_;
    std::vector<std::coroutine_handle<>> turn_;  // kept for its memory
};

}  // namespace pipeline
