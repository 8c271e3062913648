#include "worker/kafka_blocking.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace asio = boost::asio;

namespace worker {

kafka_blocking::~kafka_blocking() { thread_.join(); }

void kafka_blocking::destroy(kafka_client client)
{
    asio::post(thread_, [client = std::move(client)]() mutable { client.reset(); });
}

asio::awaitable<void> kafka_blocking::call(const std::function<void()>& step)
{
    // The guard keeps the loop running while nothing but the thread is at work.
    asio::executor_work_guard<asio::any_io_executor> home{co_await asio::this_coro::executor};
    auto start = [this, &step, &home](auto handler) {
        asio::post(thread_, [&step, loop = home.get_executor(), handler = std::move(handler)]() mutable {
            step();
            // The wrapping lambda hides the handler's own executor, which post() would dispatch to again.
            asio::post(loop, [handler = std::move(handler)]() mutable { std::move(handler)(); });
        });
    };
    co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(start, asio::use_awaitable);
}

}  // namespace worker
