#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include "worker/kafka_handles.hpp"

namespace worker {

/// The bell of one Kafka client: an eventfd that librdkafka's threads write to when one of the client's
/// queues stops being empty. It is all that those threads touch; everything else happens on the loop.
class kafka_wakeup {
public:
    explicit kafka_wakeup(const boost::asio::any_io_executor& executor);

    /// Completes at once where the bell rang since the last call, else at the next ring. It says nothing
    /// about which queue it was, so look at all of them afterwards. One waiter at a time; cancellation
    /// throws operation_aborted.
    boost::asio::awaitable<void> rung();
    /// Rings by hand; any thread.
    void ring() noexcept;

    [[nodiscard]] int descriptor() { return bell_.native_handle(); }

private:
    boost::asio::posix::stream_descriptor bell_;
};

/// A queue of librdkafka that rings a bell while this object lives.
///
/// librdkafka writes only when the queue's length goes from zero to one, and only once between two polls:
/// after a ring, take() until there is nothing.
class kafka_inbox {
public:
    /// `bell` must outlive this object, the client of `queue` too.
    kafka_inbox(kafka_queue queue, kafka_wakeup& bell);
    ~kafka_inbox();
    kafka_inbox(const kafka_inbox&) = delete;
    kafka_inbox& operator=(const kafka_inbox&) = delete;

    /// The next event, or nothing; never waits.
    [[nodiscard]] kafka_event take() noexcept { return kafka_event{rd_kafka_queue_poll(queue_.get(), 0)}; }
    [[nodiscard]] rd_kafka_queue_t* native() const noexcept { return queue_.get(); }

private:
    kafka_queue queue_;
};

}  // namespace worker
