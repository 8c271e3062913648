#include "worker/steady_timeline.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

namespace asio = boost::asio;

namespace worker {
namespace {

class timer_alarm final : public pipeline::alarm {
public:
    explicit timer_alarm(const asio::any_io_executor& loop) : timer_{loop} {}

    asio::awaitable<void> wait_until(config::time_point when) override
    {
        timer_.expires_at(when);
        boost::system::error_code ended;
        co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, ended));
        // A ring and a cancellation end the timer in the same way; only the second is meant to unwind.
        const auto state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none)
            throw boost::system::system_error{asio::error::operation_aborted};
    }

    void ring() noexcept override { timer_.cancel(); }

private:
    asio::steady_timer timer_;
};

}  // namespace

std::unique_ptr<pipeline::alarm> steady_timeline::make_alarm()
{
    return std::make_unique<timer_alarm>(loop_);
}

}  // namespace worker
