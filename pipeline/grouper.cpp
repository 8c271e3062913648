#include "pipeline/grouper.hpp"

#include <algorithm>
#include <cassert>
#include <set>
#include <utility>

#include "pipeline/long_input.hpp"
#include "pipeline/request_codec.hpp"
#include "pipeline/request_parameters.hpp"
#include "pipeline/spill_over.hpp"

namespace pipeline {
namespace {

bool serves(const lane& from, const deployment& where)
{
    const auto& all = from.key().served_by;
    return std::find(all.begin(), all.end(), &where) != all.end();
}

std::size_t inputs_of_one_request(const lane& from, const deployment& where)
{
    return has_one_piece(from.key().form.asks) ? 1 : where.max_inputs();
}

std::size_t largest_batch_of(const std::vector<part*>& parts, const deployment& where)
{
    auto most = where.max_inputs();
    for (const auto* each : parts) most = std::min(most, each->largest_batch);
    return most;
}

batch_limits limits_of(const lane& from, const deployment& where, const allowance& offered)
{
    const auto& settings = where.settings();
    const auto most_bytes = static_cast<std::size_t>(settings.max_request_bytes.count());
    const auto frame = request_overhead(from.key().form) + settings.deployment.size();
    return {.inputs = inputs_of_one_request(from, where),
            .tokens = settings.max_request_tokens,
            .bytes = most_bytes - std::min(most_bytes, frame),
            .allowance = offered.most,
            .oversized_alone = offered.oversized_alone};
}

}  // namespace

void grouper::submit(inquiry& asked)
{
    const auto& what = *asked.asked;
    if (closed_ || asked.way->is_stopped())
        asked.failed = failure{errc::abandoned, closed_ ? "the worker is stopping" : "the route has stopped"};
    else
        asked.failed = refuse_unsent(what, *asked.way);
    if (asked.failed || what.pieces.empty()) {
        asked.done.open();
        return;
    }
    auto& into = lane_of(*asked.way, what.form);
    asked.waits_in = &into;
    asked.answers.resize(what.pieces.size());
    asked.unanswered = what.pieces.size();
    asked.parts.resize(what.pieces.size());
    open_.push_back(asked);
    if (asked.deadline != config::time_point::max())
        asked.expires = deadlines_.emplace(asked.deadline, &asked);

    for (std::size_t i = 0; i < asked.parts.size(); ++i) {
        auto& one = asked.parts[i];
        one.asked_by = &asked;
        one.index = i;
        measure(one, what.form);
        cut_to_what_can_fit(one);
        one.sequence = ++sequence_;
        into.push_back(one);
        ++waiting_;
    }
    asked.way->waiting().add(asked.parts.size());
}

lane& grouper::lane_of(const route& way, const shape& form)
{
    const auto known = lanes_.find(lane_key_view{way.served_by(), form});
    if (known != lanes_.end()) return known->second;
    const lane_key key{way.served_by(), form};
    return lanes_.emplace(key, key).first->second;
}

bool grouper::blocked(const route& way, config::time_point now) const
{
    return way.is_stopped() || way.are_calls_held(now) || blocked_.contains(&way);
}

bool grouper::waits_for_better(const part& first, const deployment& where, config::time_point now,
                               config::time_point& ask_again)
{
    const auto& way = *first.asked_by->way;
    const auto may_go_at =
        spills_at(way.served_by(), where, first.asked_by->asked_at, way.settings().spill_after, now);
    if (may_go_at <= now) return false;
    ask_again = std::min(ask_again, may_go_at);
    return true;
}

std::optional<batch> grouper::next(deployment& where, config::time_point now, config::time_point& ask_again)
{
    if (lanes_first_) {
        if (auto cut = next_cut(where, now, ask_again)) {
            lanes_first_ = false;
            return cut;
        }
    }
    if (auto piece = next_piece(where, now, ask_again)) return piece;
    return next_cut(where, now, ask_again);
}

std::optional<batch> grouper::next_piece(deployment& where, config::time_point now,
                                         config::time_point& ask_again)
{
    std::set<const route*> busy;  // with an earlier refusal that blocks
    for (auto& each : refusals_) {
        const auto first = std::none_of(each.routes().begin(), each.routes().end(),
                                        [&](const route* way) { return busy.contains(way); });
        if (each.blocks()) busy.insert(each.routes().begin(), each.routes().end());
        const auto is_held = std::any_of(each.routes().begin(), each.routes().end(),
                                         [now](const route* way) { return way->are_calls_held(now); });
        if ((each.blocks() && !first) || each.in_flight || is_held || !serves(each.from(), where)) continue;
        if (waits_for_better(*each.piece().front(), where, now, ask_again)) continue;
        while (each.piece().size() > largest_batch_of(each.piece(), where)) each.split();

        config::tokens cost{0};
        for (const auto* one : each.piece()) cost += one->cost;
        const auto offered = where.offer(charge_wish::exactly(cost), now);
        if (offered.most >= cost || (offered.oversized_alone && offered.most > config::tokens{0})) {
            each.in_flight = true;
            return launch(where, each.from(), &each, each.piece());
        }
        ask_again = std::min(ask_again, offered.ask_again);
    }
    return std::nullopt;
}

std::optional<batch> grouper::next_cut(deployment& where, config::time_point now,
                                       config::time_point& ask_again)
{
    const auto is_held = [&](const part& first) {
        return blocked(*first.asked_by->way, now) || waits_for_better(first, where, now, ask_again);
    };
    auto* from = next_lane(where, is_held);
    if (!from) return std::nullopt;
    auto& shares = where.shares();
    // What is next waits for its quota, and the others with it: what is large would otherwise never find
    // enough left.
    const auto offered = where.offer(*from->wish(is_held, shares), now);
    if (offered.most == config::tokens{0}) {
        ask_again = std::min(ask_again, offered.ask_again);
        return std::nullopt;
    }
    const auto form = from->key().form.pieces;
    const auto measures = [&where, form](const route& way) {
        return route_measures{where.ratios().known_of(way).per_byte(), longest_in_company(where, way, form)};
    };
    auto parts = from->cut(limits_of(*from, where, offered), is_held, shares, measures);
    assert(!parts.empty() && "a gate that opens lets through one of the next parts");
    if (parts.size() == 1) cut_to_limit(*parts.front(), where);
    waiting_ -= parts.size();
    for (const auto* one : parts) one->asked_by->way->waiting().remove(1);
    return launch(where, *from, nullptr, std::move(parts));
}

lane* grouper::next_lane(deployment& where, const lane::hold_rule& is_held)
{
    lane* next = nullptr;
    const part* best = nullptr;
    auto& shares = where.shares();
    const auto goes_before = [&](const part& a, const part& b) {
        const auto turn_of = [&](const part& one) { return shares.turn_of(shares.of(*one.asked_by->way)); };
        return std::pair{turn_of(a), a.sequence} < std::pair{turn_of(b), b.sequence};
    };
    for (auto& [key, each] : lanes_) {
        if (!serves(each, where)) continue;
        const auto* first = each.first(is_held, shares);
        if (!first || (best && goes_before(*best, *first))) continue;
        next = &each;
        best = first;
    }
    return next;
}

batch grouper::launch(const deployment& where, lane& from, refusal* bisected, std::vector<part*> parts)
{
    batch ready{&from, bisected, std::move(parts), config::tokens{0}};
    ++from.calls;
    ++calls_;
    for (auto* each : ready.parts) {
        ready.cost += each->cost;
        if (std::exchange(each->last_sent_to, &where) != &where) each->answers_seen = where.answers();
        auto& asked = *each->asked_by;
        ++asked.in_flight;
        asked.way->part_was_sent();
        if (asked.last_call != calls_) ++asked.by.attempts;
        asked.last_call = calls_;
    }
    return ready;
}

config::time_point grouper::expire(config::time_point now)
{
    const auto why = failure{errc::expired, "the job's deadline passed before it was answered"}.with_code(
        "deadline_exceeded");
    while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
        auto& asked = *deadlines_.begin()->second;
        deadlines_.erase(deadlines_.begin());
        asked.expires.reset();
        asked.late = true;
        if (asked.in_flight < asked.unanswered) fail(asked, why);
    }
    forget_resolved();
    return deadlines_.empty() ? config::time_point::max() : deadlines_.begin()->first;
}

void grouper::abandon(const route& way)
{
    const failure why{errc::abandoned, "the route has stopped"};
    for (auto each = open_.begin(); each != open_.end();) {
        auto& asked = *each++;
        if (asked.way == &way) fail(asked, why);
    }
    forget_resolved();
}

void grouper::abandon_given_up()
{
    const failure why{errc::abandoned, "the partition went to another member of the group"};
    for (auto each = open_.begin(); each != open_.end();) {
        auto& asked = *each++;
        if (asked.claim->state() == claim_state::given_up) fail(asked, why);
    }
    forget_resolved();
}

void grouper::abandon_all()
{
    closed_ = true;
    const failure why{errc::abandoned, "the worker is stopping"};
    for (auto each = open_.begin(); each != open_.end();) fail(*each++, why);
    forget_resolved();
}

}  // namespace pipeline
