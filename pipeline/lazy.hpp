#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

#include "pipeline/frame_memory.hpp"
#include "pipeline/ready_queue.hpp"

namespace pipeline {

template <class T>
class lazy;

namespace detail {

class lazy_end {
public:
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> ended) const noexcept
    {
        return ended.promise().awaiting;
    }
    void await_resume() const noexcept {}
};

struct lazy_promise_base : recycled_frame {
    static std::suspend_always initial_suspend() noexcept { return {}; }
    static lazy_end final_suspend() noexcept { return {}; }
    void unhandled_exception() noexcept { thrown = std::current_exception(); }

    ready_queue* loop = nullptr;  ///< handed down from the awaiting coroutine
    std::coroutine_handle<> awaiting;
    std::exception_ptr thrown;
};

template <class T>
struct lazy_promise : lazy_promise_base {
    lazy<T> get_return_object() noexcept;
    template <class From>
    void return_value(From&& from)
    {
        value.emplace(std::forward<From>(from));
    }
    T take()
    {
        if (thrown) std::rethrow_exception(thrown);
        return *std::move(value);
    }
    std::optional<T> value;
};

template <>
struct lazy_promise<void> : lazy_promise_base {
    lazy<void> get_return_object() noexcept;
    void return_void() const noexcept {}
    void take() const
    {
        if (thrown) std::rethrow_exception(thrown);
    }
};

}  // namespace detail

/// A coroutine that runs when it is awaited, on the awaiting one's thread, and hands its value or what it
/// threw to that one. Awaits other lazy coroutines and latches, nothing else.
///
/// Jobs are made of these instead of asio::awaitable, which costs a job about four times as much: every
/// wait of an asio coroutine passes through its executor twice, and each frame has a cancellation state
/// that no job uses. The shape is that of std::lazy (P2506) and cppcoro::task.
///
/// Owns its frame: a lazy that goes before it has ended takes with it all that it awaits. One thread.
template <class T>
class [[nodiscard]] lazy {
public:
    using promise_type = detail::lazy_promise<T>;

    explicit lazy(std::coroutine_handle<promise_type> frame) noexcept : frame_{frame} {}
    lazy(lazy&& other) noexcept : frame_{std::exchange(other.frame_, nullptr)} {}
    lazy& operator=(lazy&&) = delete;
    ~lazy()
    {
        if (frame_) frame_.destroy();
    }

    class awaiter {
    public:
        explicit awaiter(std::coroutine_handle<promise_type> frame) noexcept : frame_{frame} {}
        bool await_ready() const noexcept { return false; }
        template <class Promise>
        std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> from) const noexcept
        {
            frame_.promise().loop = from.promise().loop;
            frame_.promise().awaiting = from;
            return frame_;
        }
        T await_resume() const { return frame_.promise().take(); }

    private:
        std::coroutine_handle<promise_type> frame_;
    };
    /// Await it once.
    awaiter operator co_await() && noexcept { return awaiter(frame_); }

private:
    std::coroutine_handle<promise_type> frame_;
};

namespace detail {

template <class T>
lazy<T> lazy_promise<T>::get_return_object() noexcept
{
    return lazy<T>{std::coroutine_handle<lazy_promise>::from_promise(*this)};
}

inline lazy<void> lazy_promise<void>::get_return_object() noexcept
{
    return lazy<void>{std::coroutine_handle<lazy_promise>::from_promise(*this)};
}

}  // namespace detail
}  // namespace pipeline
