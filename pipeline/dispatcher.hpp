#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <memory>
#include <vector>

#include "pipeline/budget.hpp"
#include "pipeline/event_log.hpp"
#include "pipeline/grouper.hpp"
#include "pipeline/stats.hpp"
#include "pipeline/task_group.hpp"

namespace pipeline {

/// Sends batches whenever a deployment's gates are open and the budget has room for answers, and hands back
/// what came. The grouper decides what goes, gates and budget decide when; this is the loop that waits and
/// calls. The only place that repeats a call (by asking the grouper again).
class dispatcher {
public:
    /// Everything given must outlive it.
    dispatcher(boost::asio::any_io_executor executor, timeline& time, grouper& groups, budget& room,
               const std::vector<deployment*>& deployments, event_log& log, stats& counters);

    /// Sends until close(); throws only for bugs.
    boost::asio::awaitable<void> run();

    /// Something new may go: parts were added, or a route was unblocked.
    void wake() { news_->ring(); }

    [[nodiscard]] config::time_point now() const { return time_.now(); }

    /// Breaks off the calls in flight, leaves all jobs open, and ends run(). Completes when no call is
    /// left; whoever waits for an answer has been told by then.
    boost::asio::awaitable<void> close();

private:
    void send_all_that_may_go(config::time_point& ask_again);
    boost::asio::awaitable<void> call(deployment& where, batch work, permit allowed);
    void count(const failure& why);
    void report_change(const deployment& where, gate_reason before, const failure* why);

    timeline& time_;
    grouper& groups_;
    const budget& room_;
    std::vector<deployment*> deployments_;
    event_log& log_;
    stats& counters_;
    task_group calls_;
    std::unique_ptr<alarm> news_;
    bool closing_ = false;
};

}  // namespace pipeline
