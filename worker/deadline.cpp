#include "worker/deadline.hpp"

#include <utility>

namespace worker {

deadline::deadline(boost::asio::io_context& loop, std::function<void()> action)
    : timer_{loop}, action_{std::move(action)}
{}

void deadline::set(config::time_point when)
{
    passed_ = false;
    timer_.expires_at(when);
    timer_.async_wait([end = tether_.tie()](const boost::system::error_code& called_off) {
        if (auto* const self = end.object(); self != nullptr && !called_off) self->come();
    });
}

void deadline::come()
{
    // It was on its way when the deadline was moved.
    if (timer_.expiry() > config::clock::now()) return;
    passed_ = true;
    action_();
}

void deadline::clear()
{
    passed_ = false;
    timer_.expires_at(config::time_point::max());
}

}  // namespace worker
