#pragma once

#include <cstddef>
#include <deque>
#include <mutex>
#include <vector>

#include "tools/simulator/http_types.hpp"

namespace simulator {

/// The newest requests as they came in, for tests of what a client sends. From any thread.
class request_log {
public:
    /// Keeps at most so many; 0: none, and keep() costs nothing.
    explicit request_log(std::size_t capacity) : capacity_{capacity} {}

    void keep(const http_request& request)
    {
        if (capacity_ == 0) return;
        const std::lock_guard lock{mutex_};
        if (requests_.size() == capacity_) requests_.pop_front();
        requests_.push_back(request);
    }

    /// Oldest first.
    [[nodiscard]] std::vector<http_request> requests() const
    {
        const std::lock_guard lock{mutex_};
        return {requests_.begin(), requests_.end()};
    }

private:
    const std::size_t capacity_;
    mutable std::mutex mutex_;
    std::deque<http_request> requests_;
};

}  // namespace simulator
