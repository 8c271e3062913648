#include "pipeline/flow.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

#include "pipeline/calls.hpp"
#include "pipeline/header_lookup.hpp"
#include "pipeline/outcome_codec.hpp"
#include "pipeline/outcome_headers.hpp"
#include "pipeline/procedure.hpp"
#include "pipeline/value_memory.hpp"
#include "pipeline/verdict.hpp"
#include "pipeline/wall_clock.hpp"

namespace asio = boost::asio;

namespace pipeline {
namespace {

// A source that has much to give completes at once, again and again: let the calls have their turn.
constexpr int records_per_turn = 256;

config::bytes weight_of(const outcome& what)
{
    std::size_t sum = 0;
    for (const auto& each : what.messages) sum += each.value ? each.value->size() : 0;
    return config::bytes{static_cast<std::int64_t>(sum)};
}

bool is_dead_letter(ending how)
{
    switch (how) {
        case ending::rejected:
        case ending::filtered:
        case ending::expired:
        case ending::failed: return true;
        case ending::result:
        case ending::tombstone:
        case ending::skipped: return false;
    }
    return false;
}

void omit_value(outcome& letter)
{
    auto& first = letter.messages.front();
    first.value.reset();
    first.headers.add(outcome_header::value_state, outcome_header::value_omitted);
}

std::vector<message> messages_of_failure(const route& way, const record& source, ending how,
                                         const failure& why, const provenance& by)
{
    std::vector<message> made;
    made.push_back(write_dead_letter(way.settings(), source, how, why, by, unix_now_ms()));
    auto line = write_inline_error(way.settings(), source, way.codec().find_id(source), why, by);
    if (line) made.push_back(*std::move(line));
    return made;
}

bool serves(const route& way, const std::string& model)
{
    const auto& all = way.served_by();
    return model.empty() || std::any_of(all.begin(), all.end(), [&](const deployment* each) {
               const auto& known = each->settings();
               return model == known.name || model == known.deployment || model == known.model;
           });
}

/// Why a record that was understood is not asked for all the same.
std::optional<failure> refuse_job(const route& way, const record& source, const job& work)
{
    if (!serves(way, work.wanted_model))
        return failure{errc::refused, "body.model names no deployment of this route"}.with_code(
            "unknown_model");
    return refuse_result(way.settings(), source);
}

/// Gives the messages the headers that all of their route have.
void label(outcome& what, const route& way, const record& source)
{
    way.carried().add_to(what.messages, source);
    stamp(what.messages, way.settings(), source, what.by);
}

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
        const publication one{*end, source.claim, place};
        const auto published = co_await sink.publish(one);
        bool is_durable = published.has_value();
        if (is_durable) {
            count(*end);
        } else {
            is_durable = co_await publish_refusal(sink, way, source, one, published.error());
        }
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

lazy<std::optional<outcome>> flow::work_out(route& way, const record& source, job_start began)
{
    if (way.is_stopped() || source.claim.state() == claim_state::given_up) co_return std::nullopt;
    if (!source.value) co_return without_value(way, source);

    const auto work = way.codec().decode(source, began.now, began.unix_ms);
    if (!work) co_return dead_letter(way, source, work.error(), provenance{});
    auto why = refuse_job(way, source, *work);
    if (why) co_return dead_letter(way, source, *why, provenance{});

    calls service{groups_, sender_, way, *work, source.claim};
    task steps{way.settings(), source, *work, job_times{began.unix_ms, began.unix_ms}};
    auto messages = co_await way.steps().run(steps, service);
    if (!messages) co_return dead_letter(way, source, messages.error(), service.so_far());
    way.health().succeeded();
    co_return outcome{ending::result, std::move(*messages), std::move(service).so_far()};
}

lazy<bool> flow::publish_refusal(outcome_sink& sink, route& way, const record& source, publication refused,
                                 const failure& why)
{
    const auto& what = refused.what();
    if (why.reason() != errc::refused) co_return false;

    // The outcome does not fit its topic. Its record becomes a dead letter, without the value where even
    // that does not fit: the coordinates in the headers say where to find it. What was a dead letter already
    // keeps its own reason.
    const bool was_letter = is_dead_letter(what.how);
    outcome letter{what};
    if (was_letter) {
        omit_value(letter);
    } else {
        letter.how = ending::rejected;
        letter.messages = messages_of_failure(way, source, letter.how, why, what.by);
        label(letter, way, source);
    }
    const auto last_words = refused.instead(letter);
    auto last = co_await sink.publish(last_words);
    if (!last && !was_letter) {
        omit_value(letter);
        last = co_await sink.publish(last_words);
    }
    if (last) {
        count(letter);
        co_return true;
    }
    if (last.error().reason() == errc::refused)
        stop_route(way, "a dead letter cannot be written: " + last.error().detail());
    co_return false;
}

std::optional<outcome> flow::without_value(route& way, const record& source)
{
    const auto* omitted = last_header(source, outcome_header::value_state);
    if (omitted != nullptr && omitted->value == outcome_header::value_omitted) {
        failure why{errc::refused,
                    "a dead letter that was too large to keep its value: the source headers "
                    "say where the record is"};
        return dead_letter(way, source, std::move(why).with_code("value_omitted"), provenance{});
    }
    switch (way.settings().tombstones) {
        case config::tombstone_rule::forward: {
            outcome passed_on{ending::tombstone, {}, {}};
            passed_on.messages.push_back(write_tombstone(way.settings(), source));
            return passed_on;
        }
        case config::tombstone_rule::skip: return outcome{ending::skipped, {}, {}};
        case config::tombstone_rule::dead_letter: break;
    }
    failure why{errc::refused, "the record has no value and the route sends tombstones to the dead letters"};
    return dead_letter(way, source, std::move(why).with_code("tombstone"), provenance{});
}

std::optional<outcome> flow::dead_letter(route& way, const record& source, const failure& why,
                                         const provenance& by)
{
    if (way.is_stopped() || why.reason() == errc::abandoned || why.reason() == errc::route_stopped) {
        count_given_up_calls(source, by);
        return std::nullopt;
    }
    if (why.reason() != errc::expired) {
        if (auto enough = way.health().refused(why.code())) {
            stop_route(way, *enough + "; the last one: " + why.detail());
            return std::nullopt;
        }
    }
    const auto how = ending_of(why.reason());
    return outcome{how, messages_of_failure(way, source, how, why, by), by};
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

void flow::count(const outcome& ended)
{
    switch (ended.how) {
        case ending::result:
            ++parts_.counters.results;
            parts_.counters.texts_truncated += ended.by.truncated.size();
            break;
        case ending::tombstone: ++parts_.counters.tombstones; break;
        case ending::skipped: ++parts_.counters.skipped; break;
        case ending::rejected:
        case ending::filtered:
        case ending::expired:
        case ending::failed: ++parts_.counters.dead_letters; break;
    }
}

}  // namespace pipeline
