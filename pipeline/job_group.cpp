#include "pipeline/job_group.hpp"

#include <cassert>
#include <utility>

namespace pipeline {

/// The outermost frame of a job: starts at once, and goes when the job has ended.
class job_group::root {
public:
    struct promise_type : recycled_frame {
        promise_type(job_group& owner, lazy<void>&) noexcept : loop{&owner.ready_} {}
        root get_return_object() const noexcept { return {}; }
        static std::suspend_never initial_suspend() noexcept { return {}; }
        static std::suspend_never final_suspend() noexcept { return {}; }
        void return_void() const noexcept {}
        [[noreturn]] void unhandled_exception() const noexcept { std::terminate(); }

        ready_queue* loop;
    };
};

job_group::job_group(boost::asio::any_io_executor executor, timeline& time)
    : ready_{std::move(executor)}, all_done_{time.make_alarm()}
{}

job_group::~job_group() { assert(running_ == 0 && "join() the group before it goes"); }

void job_group::start(lazy<void> work) { run(std::move(work)); }

job_group::root job_group::run(lazy<void> work)
{
    ++running_;
    try {
        co_await std::move(work);
    } catch (...) {
        if (!first_failure_) first_failure_ = std::current_exception();
    }
    if (--running_ == 0) all_done_->ring();
}

boost::asio::awaitable<void> job_group::join()
{
    while (running_ > 0) co_await all_done_->wait_until(config::time_point::max());
    if (first_failure_) std::rethrow_exception(std::exchange(first_failure_, nullptr));
}

}  // namespace pipeline
