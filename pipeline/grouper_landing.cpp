// What becomes of the parts of a call that has ended.
#include <algorithm>
#include <cassert>
#include <iterator>

#include "pipeline/grouper.hpp"
#include "pipeline/usage_share.hpp"
#include "pipeline/verdict.hpp"

namespace pipeline {
namespace {

constexpr int attempts_before_bisection = 2;
constexpr int attempts_alone = 4;  // a part on which the service fails while it answers others

}  // namespace

void grouper::answered(const batch& done, reply&& what, deployment& where)
{
    land(done);
    where.answered();
    std::vector<std::int64_t> weights;
    for (const auto* each : done.parts) weights.push_back(each->cost.count());
    const auto shares = split(what.used, weights);
    // Before the answers are given: giving one may stop its route, and with it the refusal.
    if (done.bisected) done.bisected->clear();
    for (std::size_t i = 0; i < done.parts.size(); ++i)
        give(*done.parts[i], std::move(what.answers[i]), shares[i], what, where);
    clean_up_after(done);
}

void grouper::give(part& one, answer&& what, const usage& share, const reply& from, const deployment& where)
{
    auto& asked = *one.asked_by;
    const auto& output = asked.way->settings().to;
    if (auto* vector = std::get_if<embedding>(&what)) {
        if (asked.answers.size() > 1) vector->let_go_of_reply();  // the others may take their time
        const auto length = asked.way->has_vectors_of_any_length() ? 0 : vector->dimensions();
        if (auto wrong = outputs_.mismatch(output, from.model, length)) {
            fail(asked, failure{errc::abandoned, *wrong});
            if (!asked.way->is_stopped()) stop_(*asked.way, std::move(*wrong));
            return;
        }
    } else if (!from.model.empty()) {
        auto& known = text_models_[where.settings().name];
        if (!known.empty() && known != from.model) ++models_changed_;
        known = from.model;
    }
    asked.by.deployment = where.settings().name;
    asked.by.model = from.model.empty() ? where.settings().model : from.model;
    asked.by.request_id = from.request_id;
    asked.by.used += share;
    asked.answers[one.index] = std::move(what);
    --asked.unanswered;
    finish_if_settled(asked);
}

void grouper::failed(const batch& done, const failure& why, deployment& where)
{
    land(done);
    for (auto* each : done.parts) each->asked_by->by.deployment = where.settings().name;
    switch (judge(why.reason())) {
        case verdict::repeat: repeat(done); break;
        case verdict::shrink_and_repeat:
            for (auto* each : done.parts) each->largest_batch = (done.parts.size() + 1) / 2;
            [[fallthrough]];
        case verdict::repeat_or_bisect: {
            count_attempts(done, where);
            const auto most = std::max_element(done.parts.begin(), done.parts.end(),
                                               [](auto* a, auto* b) { return a->attempts < b->attempts; });
            const auto patience = done.parts.size() == 1 ? attempts_alone : attempts_before_bisection;
            if ((*most)->attempts >= patience)
                bisect(done, why);
            else
                queue_again(done);
            break;
        }
        case verdict::shrink:
            if (why.max_inputs()) where.learn_max_inputs(*why.max_inputs());
            if (done.parts.size() == 1) {
                bisect(done, why);
                break;
            }
            for (auto* each : done.parts) each->largest_batch = (done.parts.size() + 1) / 2;
            repeat(done);
            break;
        case verdict::bisect: bisect(done, why); break;
        case verdict::stop_route: {
            std::set<route*> wrong;
            for (auto* each : done.parts) wrong.insert(each->asked_by->way);
            repeat(done);
            for (auto* way : wrong) stop_(*way, why.detail());
            break;
        }
        case verdict::leave_open:
            if (done.bisected) done.bisected->clear();
            for (auto* each : done.parts) fail(*each->asked_by, why);
            break;
    }
    clean_up_after(done);
}

void grouper::broken_off(const batch& done)
{
    land(done);
    if (done.bisected) done.bisected->clear();
    const failure why{errc::abandoned, "the worker is stopping"};
    for (auto* each : done.parts) fail(*each->asked_by, why);
    clean_up_after(done);
}

void grouper::land(const batch& done)
{
    if (done.bisected) done.bisected->in_flight = false;
    for (auto* each : done.parts) --each->asked_by->in_flight;
}

void grouper::clean_up_after(const batch& done)
{
    forget_resolved();
    --done.from->calls;  // last: it keeps the lane
    forget_if_idle(*done.from);
}

void grouper::count_attempts(const batch& done, deployment& where)
{
    for (auto* each : done.parts) {
        if (where.answers() > each->answers_seen.value_or(0)) ++each->attempts;
        each->answers_seen = where.answers();
    }
}

void grouper::queue_again(const batch& done)
{
    for (auto* each : done.parts) {
        each->failed_before = true;
        each->sequence = ++sequence_;
    }
    if (done.bisected) {
        unblock_routes_of(*done.bisected);
        done.bisected->postpone();
        lanes_first_ = true;
    }
    repeat(done);
}

void grouper::unblock_routes_of(refusal& which)
{
    if (!which.blocks()) return;
    which.unblock();
    for (const auto* way : which.routes()) {
        if (--blocked_[way] == 0) blocked_.erase(way);
    }
}

std::vector<part*> grouper::still_wanted(const batch& done)
{
    const auto late = failure{errc::expired, "the job's deadline passed before it was answered"}.with_code(
        "deadline_exceeded");
    std::vector<part*> wanted;
    for (auto* each : done.parts) {
        auto& asked = *each->asked_by;
        if (asked.late && !asked.failed) asked.failed = late;
        if (!asked.failed) wanted.push_back(each);
    }
    return wanted;
}

void grouper::repeat(const batch& done)
{
    const auto wanted = still_wanted(done);
    if (!done.bisected) {
        done.from->put_back(wanted);
        waiting_ += wanted.size();
        for (const auto* one : wanted) one->asked_by->way->waiting().add(1);
    }
    for (auto* each : done.parts) {
        if (!each->asked_by->failed) continue;
        if (done.bisected) done.bisected->drop(*each);
        finish_if_settled(*each->asked_by);
    }
}

void grouper::bisect(const batch& done, const failure& why)
{
    if (done.parts.size() == 1) {
        if (done.bisected) done.bisected->clear();
        fail(*done.parts.front()->asked_by, why);
        return;
    }
    for (auto* each : done.parts) each->attempts = 0;
    if (done.bisected) {
        done.bisected->split();
        repeat(done);
        return;
    }
    auto wanted = still_wanted(done);
    if (wanted.size() < 2) {
        repeat(done);
        return;
    }
    const auto kind = judge(why.reason()) == verdict::bisect ? refusal::kind::refused : refusal::kind::failed;
    const auto& added = refusals_.emplace_back(*done.from, std::move(wanted), kind);
    if (added.blocks()) {
        for (const auto* way : added.routes()) ++blocked_[way];
    }
    for (auto* each : done.parts) {
        if (each->asked_by->failed) finish_if_settled(*each->asked_by);
    }
}

void grouper::forget_resolved()
{
    for (auto each = refusals_.begin(); each != refusals_.end();) {
        if (each->in_flight || !each->resolved()) {
            ++each;
            continue;
        }
        unblock_routes_of(*each);
        auto& from = each->from();
        each = refusals_.erase(each);
        forget_if_idle(from);
    }
}

void grouper::forget_if_idle(lane& idle)
{
    if (idle.calls > 0 || !idle.empty()) return;
    const auto in_use = std::any_of(refusals_.begin(), refusals_.end(),
                                    [&](const refusal& each) { return &each.from() == &idle; });
    if (!in_use) lanes_.erase(lanes_.find(idle.key()));
}

void grouper::fail(inquiry& asked, const failure& why)
{
    if (asked.done.is_open()) return;
    if (!asked.failed) asked.failed = why;
    for (auto& each : asked.parts) {
        if (each.is_linked()) {
            asked.waits_in->remove(each);
            --waiting_;
            asked.way->waiting().remove(1);
        } else {
            for (auto& held : refusals_) held.drop(each);
        }
    }
    forget_if_idle(*asked.waits_in);
    finish_if_settled(asked);
}

void grouper::finish_if_settled(inquiry& asked)
{
    if (asked.in_flight > 0 || asked.done.is_open()) return;
    if (asked.unanswered > 0 && !asked.failed) return;
    open_.erase(open_.iterator_to(asked));
    if (asked.expires) deadlines_.erase(*asked.expires);
    asked.done.open();
}

}  // namespace pipeline
