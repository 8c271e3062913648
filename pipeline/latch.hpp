#pragma once

#include <cassert>
#include <coroutine>

#include "pipeline/ready_queue.hpp"

namespace pipeline {

/// Opens once and lets its one waiter, a lazy coroutine, go on.
///
/// Jobs wait on these instead of alarms: a timer costs about a microsecond to arm and to cancel, which
/// would be a tenth of all that a text may cost. For the same reason a wait cannot be cancelled: whoever
/// owes the opening always gives it (a part is answered, failed or abandoned).
///
/// One waiter, one thread; must outlive the wait.
class latch {
public:
    latch() = default;
    latch(const latch&) = delete;
    latch& operator=(const latch&) = delete;

    class awaiter {
    public:
        explicit awaiter(latch& door) noexcept : door_{door} {}
        bool await_ready() const noexcept { return door_.open_; }
        template <class Promise>
        void await_suspend(std::coroutine_handle<Promise> waiter) const noexcept
        {
            assert(!door_.waiter_ && "a latch has one waiter");
            door_.loop_ = waiter.promise().loop;
            door_.waiter_ = waiter;
        }
        void await_resume() const noexcept {}

    private:
        latch& door_;
    };
    /// Does not wait where the latch is open.
    [[nodiscard]] awaiter wait() noexcept { return awaiter{*this}; }

    /// The waiter goes on from the loop, not from within this call.
    void open()
    {
        open_ = true;
        if (waiter_) loop_->push(std::exchange(waiter_, nullptr));
    }

    [[nodiscard]] bool is_open() const { return open_; }

private:
    bool open_ = false;
    ready_queue* loop_ = nullptr;
    std::coroutine_handle<> waiter_;
};

}  // namespace pipeline
