#include "worker/deadline.hpp"

#include <utility>

namespace worker {

deadline::deadline(boost::asio::io_context& loop, std::function<void()> action)
    : timer_{loop}, action_{std::move(action)}, alive_{std::make_shared<const std::monostate>()}
{}

void deadline::set(config::time_point when)
{
    passed_ = false;
    timer_.expires_at(when);
    timer_.async_wait([this, alive = std::weak_ptr{alive_}](const boost::system::error_code& cancelled) {
        if (cancelled || alive.expired() || timer_.expiry() > config::clock::now()) return;
        passed_ = true;
        action_();
    });
}

void deadline::clear()
{
    passed_ = false;
    timer_.expires_at(config::time_point::max());
}

}  // namespace worker
