#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <optional>
#include <utility>

namespace tests {

namespace detail {

template <class T>
boost::asio::awaitable<void> store(boost::asio::awaitable<T> work, std::optional<T>& into)
{
    into.emplace(co_await std::move(work));
}

}  // namespace detail

/// Turns the loop until `work` has ended, and no longer: what else is pending there stays so. Throws what
/// `work` threw.
inline void run(boost::asio::io_context& loop, boost::asio::awaitable<void> work)
{
    bool done = false;
    std::exception_ptr thrown;
    boost::asio::co_spawn(loop, std::move(work), [&](std::exception_ptr why) {
        thrown = why;
        done = true;
    });
    loop.restart();
    while (!done) loop.run_one();
    if (thrown) std::rethrow_exception(thrown);
}

/// Turns the loop until `now` is true, and then cancels `work` and turns it until `work` has ended. Throws
/// what `work` threw.
template <class T, class Condition>
void run_and_cancel(boost::asio::io_context& loop, boost::asio::awaitable<T> work, Condition now)
{
    std::optional<T> value;
    boost::asio::cancellation_signal stop;
    bool done = false;
    std::exception_ptr thrown;
    boost::asio::co_spawn(loop, detail::store(std::move(work), value),
                          boost::asio::bind_cancellation_slot(stop.slot(), [&](std::exception_ptr why) {
                              thrown = why;
                              done = true;
                          }));
    loop.restart();
    while (!now()) loop.poll_one();
    stop.emit(boost::asio::cancellation_type::terminal);
    loop.restart();
    while (!done) loop.run_one();
    if (thrown) std::rethrow_exception(thrown);
}

template <class T>
T run(boost::asio::io_context& loop, boost::asio::awaitable<T> work)
{
    std::optional<T> value;
    run(loop, detail::store(std::move(work), value));
    return std::move(*value);
}

}  // namespace tests
