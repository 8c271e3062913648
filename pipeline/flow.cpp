#include "pipeline/flow.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

#include "pipeline/value_memory.hpp"
#include "pipeline/wall_clock.hpp"

// When a record is worked on and published. Which outcome it gets stands in flow_outcome.cpp.

namespace asio = boost::asio;

namespace pipeline {
namespace {

// A source that has much to give completes at once, again and again: let the calls have their turn.
constexpr int records_per_turn = 256;

}  // namespace

/// One inlet at work. Its lines are its own, because sources number their sections by themselves.
class flow::intake final : public claim_listener {
public:
    intake(flow& owner, const inlet& what) : from{what}, room{owner.parts_.time.make_alarm()}, owner_{owner}
    {
        from.source->report_claims(this);
    }

    // What may turn out to be somebody else's is not bought meanwhile.
    void claims_in_question() override
    {
        for (const auto& [topic, way] : from.routes) way->hold_calls(true);
    }
    bool has_calls_under_way() const override
    {
        return std::any_of(from.routes.begin(), from.routes.end(),
                           [](const auto& each) { return each.second->has_calls_under_way(); });
    }
    void claims_decided() override
    {
        for (const auto& [topic, way] : from.routes) way->hold_calls(false);
        owner_.groups_.abandon_given_up();
        owner_.sender_.wake();
    }

    const inlet from;
    const std::unique_ptr<alarm> room;  ///< rings when there is room in the budget again
    publication_order order;

private:
    flow& owner_;
};

flow::flow(asio::any_io_executor executor, const flow_parts& parts, const budget_limits& limits)
    : executor_{executor},
      parts_{parts},
      budget_{limits},
      groups_{[this](route& way, std::string reason) { stop_route(way, std::move(reason)); }},
      sender_{executor, parts.time, groups_, budget_, parts.deployments, parts.log, parts.counters},
      jobs_{executor, parts.time},
      inlets_{executor, parts.time},
      services_{executor, parts.time}
{
    for (const auto& each : parts.inlets) {
        intakes_.emplace_back(*this, each);
        for (const auto& [topic, way] : each.routes)
            way->waiting().control([source = each.source, name = way->settings().name](bool is_wanted) {
                is_wanted ? source->release_route(name) : source->hold_route(name);
            });
    }
}

flow::~flow()
{
    for (const auto& each : parts_.inlets) each.source->report_claims(nullptr);
}

asio::awaitable<void> flow::run()
{
    services_.start(sender_.run());
    for (auto& each : intakes_) {
        budget_.ring_for_room(*each.room);
        inlets_.start(take_in(each));
    }
    co_await inlets_.join();
    co_await jobs_.join();
    if (!abandoned_) co_await sender_.close();
    co_await services_.join();
    if (bug_) std::rethrow_exception(bug_);
}

void flow::abandon()
{
    if (std::exchange(abandoned_, true)) return;
    inlets_.request_stop();
    services_.start(sender_.close());
}

bool flow::any_route_stopped() const
{
    for (const auto& each : parts_.inlets) {
        for (const auto& [topic, way] : each.routes) {
            if (way->is_stopped()) return true;
        }
    }
    return false;
}

asio::awaitable<void> flow::take_in(intake& from)
{
    auto& source = *from.from.source;
    for (int taken = 1;; ++taken) {
        while (!budget_.has_room()) co_await from.room->wait_until(config::time_point::max());
        auto next = source.take(budget_.room());
        if (!next) {
            if (const bool more = co_await source.more(); !more) co_return;
            continue;
        }
        ++parts_.counters.records_read;
        auto& way = *from.from.routes.at(next->from.topic);
        auto held = budget_.take(next->weight());
        jobs_.start(live(from, way, *std::move(next), std::move(held)));
        if (taken % records_per_turn == 0) co_await asio::post(executor_, asio::use_awaitable);
    }
}

lazy<void> flow::live(intake& from, route& way, record source, charge held)
{
    auto& sink = *from.from.sink;
    auto until_the_end = std::move(held);
    order_place place;
    std::exception_ptr bug;
    try {
        const job_start began{parts_.time.now(), unix_now_ms()};
        line_up(from, way, source, place);
        co_await place.may_ask().wait();
        auto end = co_await work_out(way, source, began);
        if (!end) co_return leave_open(source, place);
        label(*end, way, source);
        until_the_end.add_outcome(weight_of(*end));
        const bool may_publish = co_await wait_to_publish(source, place);
        if (!may_publish) co_return drop(*end, source, place);
        until_the_end.begin_publication();
        way.publications().began(parts_.time.now());
        const publication one{*end, source.claim, place};
        const auto published = co_await sink.publish(one);
        bool is_durable = published.has_value();
        if (is_durable) {
            count(*end);
        } else {
            is_durable = co_await publish_refusal(sink, way, source, one, published.error());
        }
        if (way.publications().ended(parts_.time.now())) sender_.wake();
        if (!is_durable) co_return drop(*end, source, place);
        source.claim.close();
        place.pass_on();
        for (auto& each : end->messages)
            if (each.value) value_memory::give_back(*std::move(each.value));
    } catch (...) {
        bug = std::current_exception();
    }
    if (bug) give_up(bug);
}

void flow::line_up(intake& from, const route& way, const record& source, order_place& place)
{
    const auto& settings = way.settings();
    const auto has_line = settings.order == config::order_rule::partition ||
                          (settings.order == config::order_rule::key && source.key);
    if (!has_line) return place.stand_alone();
    const auto key = settings.order == config::order_rule::key ? std::string_view{*source.key} : "";
    from.order.enter(place, source.claim.section(), key, settings.order_ahead);
}

lazy<bool> flow::wait_to_publish(record& source, order_place& place)
{
    co_await place.turn().wait();
    if (place.is_broken()) co_return false;
    while (source.claim.state() == claim_state::undecided) {
        latch decided;
        source.claim.await_decision(decided);
        co_await decided.wait();
    }
    if (source.claim.state() == claim_state::given_up) co_return false;
    source.claim.begin_publication();
    co_return true;
}

void flow::leave_open(const record& source, order_place& place)
{
    if (source.claim.state() != claim_state::given_up) return;  // and the line of its key is broken
    ++parts_.counters.given_up;
    place.pass_on();
}

void flow::drop(const outcome& what, const record& source, order_place& place)
{
    count_given_up_calls(source, what.by);
    leave_open(source, place);
}

void flow::count_given_up_calls(const record& source, const provenance& by)
{
    if (by.attempts > 0 && source.claim.state() == claim_state::given_up) ++parts_.counters.bought_again;
}

void flow::give_up(std::exception_ptr why)
{
    if (!bug_) bug_ = std::move(why);
    abandon();
}

void flow::stop_route(route& way, std::string reason)
{
    if (way.is_stopped()) return;
    parts_.log.write(config::log_level::error, "route stopped",
                     {{"route", way.settings().name},
                      {"reason", reason},
                      {"offsets", std::string{"kept: its jobs are read again after a restart"}}});
    way.stop(std::move(reason));
    for (const auto& each : parts_.inlets) each.source->stop_route(way.settings().name);
    groups_.abandon(way);
}

}  // namespace pipeline
