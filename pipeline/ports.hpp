#pragma once

#include <boost/asio/awaitable.hpp>

#include <optional>

#include "pipeline/failure.hpp"
#include "pipeline/lazy.hpp"
#include "pipeline/outcome.hpp"
#include "pipeline/record.hpp"
#include "pipeline/reply.hpp"

namespace pipeline {

/// Where records come from.
class job_source {
public:
    virtual ~job_source() = default;
    /// The next record, where one is at hand. Fair between its partitions.
    [[nodiscard]] virtual std::optional<record> take() = 0;
    /// Once take() has given nothing: completes with true when it may give something again, and with false
    /// at the end of the input, or once the source was told to stop. Cancellation throws operation_aborted.
    virtual boost::asio::awaitable<bool> more() = 0;
    /// take() gives nothing of a route that is held, until it is released: it has enough for the present.
    virtual void hold_route(const std::string& route) = 0;
    virtual void release_route(const std::string& route) = 0;
    /// Reads no more of a route that has stopped; its offsets stay where they are.
    virtual void stop_route(const std::string& route) = 0;
};

/// Where outcomes go.
class outcome_sink {
public:
    virtual ~outcome_sink() = default;
    /// Completes when every message of the outcome is durable; waits as long as the destination is away.
    /// Fails with errc::refused, and nothing of the outcome published, where a message can never be
    /// written (too large for the topic). `what` must live until then.
    virtual lazy<result<void>> publish(const outcome& what) = 0;
};

/// One deployment as the pipeline sees it.
class model_endpoint {
public:
    virtual ~model_endpoint() = default;
    /// One attempt; repeating is the dispatcher's business. Fails for anything the service or the network
    /// does, within the call timeouts; throws only on cancellation. `ask` must live until then.
    virtual boost::asio::awaitable<result<reply>> call(const request& ask) = 0;
};

}  // namespace pipeline
