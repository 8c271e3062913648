#include "worker/kafka_wakeup.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <system_error>

namespace asio = boost::asio;

namespace worker {
namespace {

// What is written to an eventfd: a number to add (eventfd(2)).
constexpr std::uint64_t one_ring = 1;

int open_eventfd()
{
    const int descriptor = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (descriptor < 0) throw std::system_error{errno, std::generic_category(), "eventfd"};
    return descriptor;
}

}  // namespace

kafka_wakeup::kafka_wakeup(const asio::any_io_executor& executor) : bell_{executor, open_eventfd()} {}

asio::awaitable<void> kafka_wakeup::rung()
{
    // Reading sets the eventfd to zero, and that before any queue is looked at: a ring that comes while
    // they are being emptied is not lost.
    std::uint64_t rings = 0;
    const auto into = asio::buffer(&rings, sizeof rings);
    co_await bell_.async_read_some(into, asio::use_awaitable);
}

void kafka_wakeup::ring() noexcept
{
    // It can only fail where 2^64 - 1 rings are waiting.
    [[maybe_unused]] const auto written = ::write(bell_.native_handle(), &one_ring, sizeof one_ring);
}

kafka_inbox::kafka_inbox(kafka_queue queue, kafka_wakeup& bell) : queue_{std::move(queue)}
{
    rd_kafka_queue_io_event_enable(queue_.get(), bell.descriptor(), &one_ring, sizeof one_ring);
    bell.ring();  // for what is in the queue already
}

kafka_inbox::~kafka_inbox() { rd_kafka_queue_io_event_enable(queue_.get(), -1, nullptr, 0); }

}  // namespace worker
