#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <map>

#include "pipeline/timeline.hpp"

namespace tests {

/// Time that stands still until the test moves it: an hour of waiting runs in microseconds, and the same
/// test always takes the same path.
class manual_timeline final : public pipeline::timeline {
public:
    explicit manual_timeline(boost::asio::io_context& loop) : loop_{loop} {}

    config::time_point now() const noexcept override { return now_; }
    std::unique_ptr<pipeline::alarm> make_alarm() override { return std::make_unique<bell>(*this); }

    /// Runs everything that can run without time passing.
    void settle()
    {
        loop_.restart();
        loop_.poll();
    }

    /// Moves time on, with a stop at every alarm on the way.
    void advance(config::duration by)
    {
        const auto until = now_ + by;
        settle();
        while (!due_.empty() && due_.begin()->first <= until) {
            now_ = due_.begin()->first;
            due_.begin()->second->ring();
            settle();
        }
        now_ = until;
        settle();
    }

private:
    class bell final : public pipeline::alarm {
    public:
        explicit bell(manual_timeline& owner) : owner_{owner}, timer_{owner.loop_} {}
        ~bell() override { forget(); }

        boost::asio::awaitable<void> wait_until(config::time_point when) override
        {
            if (when <= owner_.now_) co_return;
            if (when != config::time_point::max()) place_ = owner_.due_.emplace(when, this);
            timer_.expires_at(config::time_point::max());
            boost::system::error_code ended;
            co_await timer_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ended));
            forget();
            const auto state = co_await boost::asio::this_coro::cancellation_state;
            if (state.cancelled() != boost::asio::cancellation_type::none)
                throw boost::system::system_error{boost::asio::error::operation_aborted};
        }

        void ring() noexcept override
        {
            forget();
            timer_.cancel();
        }

    private:
        void forget() noexcept
        {
            if (place_ == owner_.due_.end()) return;
            owner_.due_.erase(place_);
            place_ = owner_.due_.end();
        }

        manual_timeline& owner_;
        boost::asio::steady_timer timer_;
        std::multimap<config::time_point, bell*>::iterator place_ = owner_.due_.end();
    };

    boost::asio::io_context& loop_;
    std::multimap<config::time_point, bell*> due_;
    config::time_point now_ = config::time_point{std::chrono::hours{1}};
};

}  // namespace tests
