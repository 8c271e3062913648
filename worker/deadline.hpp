#pragma once

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>

#include <functional>

#include "config/units.hpp"
#include "worker/tether.hpp"

namespace worker {

/// The timer of this folder, on the loop's own executor type: a type-erased one costs a tenth of a call.
using steady_timer = boost::asio::basic_waitable_timer<config::clock, boost::asio::wait_traits<config::clock>,
                                                       boost::asio::io_context::executor_type>;

/// Does something when a moment has come, unless the moment is moved or called off before.
///
/// Racing an operation against a timer costs some 7 µs and can lose what the operation brought. Here the
/// operation is simply awaited, and the deadline's action (closing the socket) makes it end.
///
/// The action never runs once the deadline has been moved, called off or destroyed, not even where the
/// timer's completion was already on its way. Lives on the loop's thread.
class deadline {
public:
    deadline(boost::asio::io_context& loop, std::function<void()> action);
    deadline(const deadline&) = delete;
    deadline& operator=(const deadline&) = delete;

    /// Counts from new: what has passed before is forgotten.
    void set(config::time_point when);
    void clear();
    /// The moment came, and the action has run.
    [[nodiscard]] bool passed() const { return passed_; }

private:
    void come();

    steady_timer timer_;
    std::function<void()> action_;
    tether<deadline> tether_{*this};
    bool passed_ = false;
};

}  // namespace worker
