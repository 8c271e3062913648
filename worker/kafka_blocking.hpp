#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>

#include <exception>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

#include "worker/kafka_handles.hpp"

namespace worker {

/// The thread for those calls of librdkafka that only exist in a blocking form. Calls run one after the
/// other, so that each needs a timeout of its own.
class kafka_blocking {
public:
    kafka_blocking() = default;
    /// Waits for what has been given to the thread.
    ~kafka_blocking();
    kafka_blocking(const kafka_blocking&) = delete;
    kafka_blocking& operator=(const kafka_blocking&) = delete;

    /// Runs `work` on the thread and gives what it returned or threw. Not cancellable: what `work` refers
    /// to is safe until the wait has ended. `work` may not return a reference.
    template <class Work>
    boost::asio::awaitable<std::invoke_result_t<Work&>> run(Work work)
    {
        using answer = std::invoke_result_t<Work&>;
        std::exception_ptr failure;
        if constexpr (std::is_void_v<answer>) {
            const std::function<void()> step = [&] {
                try {
                    work();
                } catch (...) {
                    failure = std::current_exception();
                }
            };
            co_await call(step);
            if (failure) std::rethrow_exception(failure);
        } else {
            std::optional<answer> kept;
            const std::function<void()> step = [&] {
                try {
                    kept.emplace(work());
                } catch (...) {
                    failure = std::current_exception();
                }
            };
            co_await call(step);
            if (failure) std::rethrow_exception(failure);
            co_return std::move(*kept);
        }
    }

    /// Destroys a client, after what was given to the thread before, without anybody waiting for it. With
    /// brokers away librdkafka holds on to an unanswered commit for up to session.timeout.ms. No queue or
    /// event of the client may be left.
    void destroy(kafka_client client);

private:
    /// `step` must not throw and must live until the wait has ended.
    boost::asio::awaitable<void> call(const std::function<void()>& step);

    boost::asio::thread_pool thread_{1};
};

}  // namespace worker
