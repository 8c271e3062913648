#include "pipeline/dispatcher.hpp"

#include <boost/asio/this_coro.hpp>

#include <algorithm>

namespace asio = boost::asio;

namespace pipeline {
namespace {

/// A batch in flight: whatever happens to the coroutine that carries it, its parts come home.
class flight {
public:
    flight(grouper& home, batch work) : home_{home}, work_{std::move(work)} {}
    flight(const flight&) = delete;
    flight& operator=(const flight&) = delete;
    ~flight()
    {
        if (!landed_) home_.broken_off(work_);
    }

    [[nodiscard]] const batch& work() const { return work_; }
    void answered(reply&& what, deployment& where)
    {
        landed_ = true;
        home_.answered(work_, std::move(what), where);
    }
    void failed(const failure& why, deployment& where)
    {
        landed_ = true;
        home_.failed(work_, why, where);
    }

private:
    grouper& home_;
    batch work_;
    bool landed_ = false;
};

/// What a service says then may quote the input. It stands in the dead letter, and not in a log.
bool is_about_an_input(errc reason)
{
    return reason == errc::refused || reason == errc::filtered || reason == errc::too_long;
}

}  // namespace

dispatcher::dispatcher(asio::any_io_executor executor, timeline& time, grouper& groups, budget& room,
                       const std::vector<deployment*>& deployments, event_log& log, stats& counters)
    : time_{time},
      groups_{groups},
      room_{room},
      deployments_{by_tiers(deployments)},
      log_{log},
      counters_{counters},
      calls_{std::move(executor), time},
      news_{time.make_alarm()}
{
    room.ring_for_answers(*news_);
}

asio::awaitable<void> dispatcher::run()
{
    while (!closing_) {
        auto wake_at = groups_.expire(time_.now());
        send_all_that_may_go(wake_at);
        co_await news_->wait_until(wake_at);
    }
}

void dispatcher::send_all_that_may_go(config::time_point& ask_again)
{
    if (!room_.has_room_for_answers()) return;
    for (auto* where : deployments_) {
        while (auto work = groups_.next(*where, time_.now(), ask_again)) {
            permit allowed{*where, work->cost, time_.now()};
            ++counters_.calls;
            calls_.start(call(*where, std::move(*work), std::move(allowed)));
        }
    }
}

asio::awaitable<void> dispatcher::call(deployment& where, batch work, permit allowed)
{
    flight carried{groups_, std::move(work)};
    const auto ask = carried.work().asks();
    auto back = co_await where.endpoint().call(ask);

    const auto before = where.breaker().reason();
    if (back) {
        ++counters_.calls_answered;
        counters_.inputs_answered += carried.work().parts.size();
        counters_.tokens_billed +=
            static_cast<std::uint64_t>(std::max<std::int64_t>(0, back->used.total_tokens));
        allowed.settle(nullptr, back->used.total_tokens, &back->quota, time_.now());
        report_change(where, before, nullptr);
        carried.answered(std::move(*back), where);
        counters_.models_changed = groups_.models_changed();
    } else {
        const auto why = back.error();
        count(why);
        allowed.settle(&why, 0, &why.quota(), time_.now());
        report_change(where, before, &why);
        log_.write(config::log_level::debug, "call failed",
                   {{"deployment", where.settings().name},
                    {"inputs", static_cast<std::int64_t>(carried.work().parts.size())},
                    {"status", std::int64_t{why.status()}},
                    {"code", why.code()},
                    {"reason", is_about_an_input(why.reason()) ? std::string{} : why.detail()},
                    {"request_id", why.request_id()}});
        carried.failed(why, where);
    }
    news_->ring();
}

void dispatcher::count(const failure& why)
{
    switch (why.reason()) {
        case errc::throttled: ++counters_.calls_throttled; break;
        case errc::too_large:
        case errc::too_long:
        case errc::refused:
        case errc::filtered: ++counters_.calls_refused; break;
        case errc::transient:
        case errc::timed_out:
        case errc::deployment_stopped:
        case errc::route_stopped:
        case errc::expired:
        case errc::abandoned: ++counters_.calls_failed; break;
    }
}

void dispatcher::report_change(const deployment& where, gate_reason before, const failure* why)
{
    const auto after = where.breaker().reason();
    if (after == before) return;
    const auto level = after == gate_reason::stopped  ? config::log_level::error
                       : after == gate_reason::outage ? config::log_level::warning
                                                      : config::log_level::info;
    log_.write(level, "deployment changes state",
               {{"deployment", where.settings().name},
                {"state", std::string{name_of(after)}},
                {"reason", why ? why->detail() : std::string{}}});
}

asio::awaitable<void> dispatcher::close()
{
    closing_ = true;
    groups_.abandon_all();
    news_->ring();
    calls_.request_stop();
    co_await calls_.join();
    groups_.abandon_all();
}

}  // namespace pipeline
