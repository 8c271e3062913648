#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <deque>
#include <exception>
#include <optional>

#include "config/settings.hpp"
#include "pipeline/flow.hpp"
#include "pipeline/procedure.hpp"
#include "pipeline/quota_pools.hpp"
#include "worker/concurrency_report.hpp"
#include "worker/credentials.hpp"
#include "worker/exit_code.hpp"
#include "worker/json_log.hpp"
#include "worker/kafka_consumer.hpp"
#include "worker/kafka_producer.hpp"
#include "worker/kafka_transactor.hpp"
#include "worker/progress.hpp"
#include "worker/quota_sharing.hpp"
#include "worker/ratio_report.hpp"
#include "worker/service_endpoint.hpp"
#include "worker/steady_timeline.hpp"

namespace worker {

struct mill_options {
    reading mode = reading::follow;
    std::optional<start_point> from;
    bool ignores_metadata = false;
    json_log::form log_form = json_log::form::json;
};

/// The whole worker: every part in plain sight, in the order in which they need each other, and what
/// happens when it starts and stops. Objects go in the reverse order, after every coroutine has ended.
class mill {
public:
    /// Throws std::runtime_error for what the configuration promises and the machine does not hold: a
    /// missing key, a certificate file, a property that librdkafka does not know.
    mill(const config::settings& settings, const mill_options& options);

    /// Works until the end of the input or until a signal: the first SIGTERM or SIGINT drains, the second
    /// stops at once.
    exit_code run();

private:
    boost::asio::awaitable<void> operate();
    boost::asio::awaitable<void> shut_down();
    boost::asio::awaitable<void> guard(boost::asio::awaitable<void> part);
    boost::asio::awaitable<void> listen_for_signals();
    boost::asio::awaitable<void> drain_by(config::time_point deadline);
    boost::asio::awaitable<void> report_progress();
    void start_drain();
    void begin_hard_stop();
    void give_up_where_nothing_can_be_sent();
    void log_summary();
    [[nodiscard]] exit_code verdict() const;

    const config::settings& settings_;
    const mill_options options_;
    boost::asio::io_context loop_{1};
    json_log log_;
    steady_timeline time_{loop_.get_executor()};
    kafka_blocking blocking_;
    pipeline::stats counters_;

    pipeline::byte_pool answers_{32 * 1024 * 1024};
    credentials credentials_{loop_, time_, log_};
    std::deque<service_endpoint> endpoints_;
    pipeline::quota_pools quotas_;
    std::deque<pipeline::deployment> deployments_;
    pipeline::single_step steps_;
    std::deque<pipeline::route> routes_;
    ratio_report ratios_{routes_, log_};
    concurrency_report concurrency_{deployments_, log_};
    std::optional<kafka_sign_in> kafka_sign_in_;
    std::optional<kafka_producer> producer_;    // at least once
    std::deque<kafka_transactor> transactors_;  // exactly once: one a group
    std::deque<kafka_consumer> consumers_;      // one a group
    quota_sharing sharing_{settings_, deployments_, consumers_, time_, log_};
    std::optional<pipeline::flow> flow_;

    pipeline::task_group parts_;
    pipeline::task_group watchers_;
    pipeline::task_group top_;
    boost::asio::signal_set signals_;
    std::exception_ptr failure_;
    std::uint64_t given_up_before_stop_ = 0;
    bool draining_ = false;
    bool stopped_hard_ = false;
    bool nothing_can_be_sent_ = false;
};

}  // namespace worker
