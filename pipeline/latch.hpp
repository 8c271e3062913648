#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cassert>
#include <optional>
#include <utility>

namespace pipeline {

/// Opens once and lets its one waiter go on.
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

    boost::asio::awaitable<void> wait()
    {
        if (open_) co_return;
        executor_ = co_await boost::asio::this_coro::executor;
        auto keep = [this](auto handler) {
            assert(!waiter_ && "a latch has one waiter");
            waiter_.emplace(std::move(handler));
        };
        co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void()>(
            keep, boost::asio::use_awaitable);
    }

    /// The waiter goes on from the loop, not from within this call.
    void open()
    {
        open_ = true;
        if (!waiter_) return;
        // The wrapping lambda hides the handler's own executor: post() would dispatch to it a second time.
        boost::asio::post(executor_, [handler = std::move(*waiter_)]() mutable { std::move(handler)(); });
        waiter_.reset();
    }

    [[nodiscard]] bool is_open() const { return open_; }

private:
    bool open_ = false;
    boost::asio::any_io_executor executor_;
    std::optional<boost::asio::async_result<boost::asio::use_awaitable_t<>, void()>::handler_type> waiter_;
};

}  // namespace pipeline
