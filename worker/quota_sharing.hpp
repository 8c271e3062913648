#pragma once

#include <boost/asio/awaitable.hpp>

#include <deque>
#include <memory>
#include <vector>

#include "config/settings.hpp"
#include "pipeline/deployment.hpp"
#include "pipeline/event_log.hpp"
#include "pipeline/quota_shares.hpp"
#include "pipeline/timeline.hpp"
#include "worker/kafka_consumer.hpp"

namespace worker {

/// Tells each deployment which part of its quota is this worker's, by the partitions that its consumers hold.
/// What that part is, and from when, is decided by pipeline::quota_shares.
///
/// Writes `quota share` to the log when a part changes, or is going to: `share` is what may be used from now
/// on, `entitled` what it will be once the assignment is a minute old.
class quota_sharing {
public:
    /// All must outlive it. The deployments are those of the settings, in their order.
    quota_sharing(const config::settings& settings, std::deque<pipeline::deployment>& deployments,
                  std::deque<kafka_consumer>& consumers, pipeline::timeline& time, pipeline::event_log& log);

    /// Until it is cancelled.
    boost::asio::awaitable<void> run();

private:
    void take_note(config::time_point now);
    void tell_changes(config::time_point now);

    struct told_part {
        double share = 1;
        double entitled = 1;
    };

    std::deque<pipeline::deployment>& deployments_;
    std::deque<kafka_consumer>& consumers_;
    pipeline::timeline& time_;
    pipeline::event_log& log_;
    pipeline::quota_shares shares_;
    std::vector<pipeline::partition_holdings> known_;  ///< of each consumer, as shares_ has been told
    std::vector<told_part> told_;
    std::unique_ptr<pipeline::alarm> assigned_;
};

}  // namespace worker
