#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
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

    /// No coroutine of its own: that would be one more frame for every text.
    boost::asio::awaitable<void> wait()
    {
        auto keep = [this](auto handler) {
            assert(!waiter_ && "a latch has one waiter");
            waiter_.emplace(std::move(handler));
            if (open_) let_go_on();
        };
        return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void()>(
            keep, boost::asio::use_awaitable);
    }

    /// The waiter goes on from the loop, not from within this call.
    void open()
    {
        open_ = true;
        if (waiter_) let_go_on();
    }

    [[nodiscard]] bool is_open() const { return open_; }

private:
    using handler_type = boost::asio::async_result<boost::asio::use_awaitable_t<>, void()>::handler_type;

    void let_go_on()
    {
        const auto executor = waiter_->get_executor();
        // The wrapping lambda hides the handler's own executor: post() would dispatch to it a second time.
        boost::asio::post(executor, [waiter = std::move(*waiter_)]() mutable { std::move(waiter)(); });
        waiter_.reset();
    }

    bool open_ = false;
    std::optional<handler_type> waiter_;
};

}  // namespace pipeline
