#include <algorithm>

#include "pipeline/calls.hpp"
#include "pipeline/flow.hpp"
#include "pipeline/header_lookup.hpp"
#include "pipeline/outcome_codec.hpp"
#include "pipeline/outcome_headers.hpp"
#include "pipeline/procedure.hpp"
#include "pipeline/verdict.hpp"
#include "pipeline/wall_clock.hpp"

// Which outcome a record gets. When it is worked on and published stands in flow.cpp.

namespace pipeline {
namespace {

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

}  // namespace

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

void flow::label(outcome& what, const route& way, const record& source)
{
    way.carried().add_to(what.messages, source);
    stamp(what.messages, way.settings(), source, what.by);
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
