#pragma once

#include <boost/asio/awaitable.hpp>

#include <memory>

#include "config/units.hpp"

namespace pipeline {

/// Wakes one waiter at a time or at a ring, whichever comes first. A ring that nobody waits for is
/// forgotten, and early wake-ups happen: wait in a loop that looks at the condition again.
class alarm {
public:
    virtual ~alarm() = default;
    /// Cancellation throws operation_aborted.
    virtual boost::asio::awaitable<void> wait_until(config::time_point when) = 0;
    virtual void ring() noexcept = 0;
};

/// Where coroutines get their time from: the steady clock in the program, a clock that a test moves in
/// tests, so that an hour of waiting takes microseconds.
class timeline {
public:
    virtual ~timeline() = default;
    [[nodiscard]] virtual config::time_point now() const noexcept = 0;
    [[nodiscard]] virtual std::unique_ptr<alarm> make_alarm() = 0;
};

}  // namespace pipeline
