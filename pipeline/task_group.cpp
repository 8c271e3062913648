#include "pipeline/task_group.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>

#include <cassert>
#include <utility>

namespace asio = boost::asio;

namespace pipeline {

task_group::task_group(asio::any_io_executor executor, timeline& time)
    : executor_{std::move(executor)}, all_done_{time.make_alarm()}
{}

task_group::~task_group() { assert(children_.empty() && "join() the group before it goes"); }

void task_group::start(asio::awaitable<void> work)
{
    if (stopping_) return;
    const auto which = children_.emplace(children_.end());
    auto on_end = [this, which](std::exception_ptr why) { finished(which, why); };
    asio::co_spawn(executor_, std::move(work), asio::bind_cancellation_slot(which->slot(), on_end));
}

void task_group::request_stop()
{
    stopping_ = true;
    // A child may end, and leave the list, while its signal is being emitted.
    for (auto each = children_.begin(); each != children_.end();) {
        const auto current = each++;
        current->emit(asio::cancellation_type::terminal);
    }
}

asio::awaitable<void> task_group::join()
{
    while (!children_.empty()) co_await all_done_->wait_until(config::time_point::max());
    if (first_failure_) std::rethrow_exception(std::exchange(first_failure_, nullptr));
}

void task_group::finished(std::list<child>::iterator which, std::exception_ptr why)
{
    children_.erase(which);
    if (why && !stopping_) {
        first_failure_ = std::move(why);
        request_stop();
    }
    if (children_.empty()) all_done_->ring();
}

}  // namespace pipeline
