#include "worker/quota_sharing.hpp"

#include <utility>

namespace asio = boost::asio;

namespace worker {

quota_sharing::quota_sharing(const config::settings& settings, std::deque<pipeline::deployment>& deployments,
                             std::deque<kafka_consumer>& consumers, pipeline::timeline& time,
                             pipeline::event_log& log)
    : deployments_{deployments},
      consumers_{consumers},
      time_{time},
      log_{log},
      shares_{settings},
      told_(shares_.size()),
      assigned_{time.make_alarm()}
{}

asio::awaitable<void> quota_sharing::run()
{
    known_.resize(consumers_.size());
    for (auto& each : consumers_) each.ring_on_assignment(*assigned_);
    for (;;) {
        const auto now = time_.now();
        take_note(now);
        tell_changes(now);
        co_await assigned_->wait_until(shares_.next_rise(now));
    }
}

void quota_sharing::take_note(config::time_point now)
{
    auto known = known_.begin();
    for (const auto& each : consumers_) {
        auto& last = *known++;
        const auto& held = each.holdings();
        if (!held || *held == last) continue;
        last = *held;
        shares_.assigned(each.group(), *held, now);
    }
}

void quota_sharing::tell_changes(config::time_point now)
{
    for (std::size_t i = 0; i < shares_.size(); ++i) {
        const told_part part{shares_.share(i, now), shares_.entitled(i)};
        const auto before = std::exchange(told_[i], part);
        auto& where = deployments_[i];
        if (part.share != before.share) where.set_share(part.share, now);
        if (part.share == before.share && part.entitled == before.entitled) continue;
        log_.write(
            config::log_level::info, "quota share",
            {{"deployment", where.settings().name}, {"share", part.share}, {"entitled", part.entitled}});
    }
}

}  // namespace worker
