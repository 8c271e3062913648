#include "tools/quota/tiered_run.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <stdexcept>

#include "tools/quota/tiered_worker.hpp"
#include "tools/quota/virtual_time.hpp"

namespace quota {
namespace {

constexpr std::size_t backlog = 64;           // of a worker that has endless work
constexpr double patience_with_answers = 30;  // seconds

enum class step { wake, arrival, admission, answer, happening };

struct deployment_at_work {
    quota_service service;
    bool is_down = false;
};

struct call_at_work {
    int worker;
    tiered_call made;
    double returns_after;  // half a round trip
    std::int64_t charged = 0;
    bool is_error = false;
    admission given = {};
};

struct answered_job {
    double arrived;
    double delay;
};

class tiered_run {
public:
    tiered_run(const scenario& what, std::uint64_t seed);
    std::vector<figures> play();

private:
    double uniform(double from, double to)
    {
        return std::uniform_real_distribution<double>{from, to}(random_);
    }
    void wake(int which, double now);
    void arrive(double now);
    void send(int which, tiered_call call, double now);
    void admit(std::size_t index, double now);
    void answer(std::size_t index, double now);
    void happen(const happening& what, double now);
    void add_figures(const measurement& span, figures& found) const;

    const scenario& what_;
    std::mt19937_64 random_;
    recorder recorded_;
    std::vector<deployment_at_work> deployments_;
    std::vector<std::unique_ptr<tiered_worker>> workers_;
    std::vector<double> wakes_at_;
    std::deque<std::optional<call_at_work>> calls_;
    event_queue<step> events_;
    std::vector<std::pair<double, double>> first_tier_;  // when, and tokens
    std::vector<std::pair<double, double>> other_tiers_;
    std::vector<answered_job> answered_;
    double mean_cost_ = 0;
};

tiered_run::tiered_run(const scenario& what, std::uint64_t seed)
    : what_{what},
      random_{seed},
      recorded_{what.workers},
      wakes_at_(static_cast<std::size_t>(what.workers), HUGE_VAL),
      mean_cost_{mean_cost_of(what.charges, random_)}
{
    double tokens = 0;
    double requests = 0;
    for (const auto& each : what.deployments) {
        const auto& added = deployments_.emplace_back(deployment_at_work{quota_service{each.service}});
        tokens += added.service.tokens_per_minute();
        requests += added.service.requests_per_minute();
    }
    recorded_.limit(tokens, requests, 0);
    for (int i = 0; i < what.workers; ++i) {
        workers_.push_back(std::make_unique<tiered_worker>(what, 1.0 / what.workers, random_()));
        events_.plan(uniform(0, 0.01), step::wake, i);
    }
    for (std::size_t i = 0; i < what.happenings.size(); ++i)
        events_.plan(what.happenings[i].at, step::happening, 0, i);
    if (what.load) events_.plan(0, step::arrival);
}

std::vector<figures> tiered_run::play()
{
    while (events_.has_any_before(what_.minutes * 60)) {
        const auto next = events_.pop();
        switch (next.what) {
            case step::wake: wake(next.worker, next.at); break;
            case step::arrival: arrive(next.at); break;
            case step::admission: admit(next.index, next.at); break;
            case step::answer: answer(next.index, next.at); break;
            case step::happening: happen(what_.happenings[next.index], next.at); break;
        }
    }
    std::vector<figures> found;
    for (const auto& each : what_.measurements) {
        found.push_back(recorded_.of(each));
        add_figures(each, found.back());
    }
    return found;
}

void tiered_run::wake(int which, double now)
{
    auto& worker = *workers_[static_cast<std::size_t>(which)];
    auto& wakes_at = wakes_at_[static_cast<std::size_t>(which)];
    if (now >= wakes_at) wakes_at = HUGE_VAL;
    auto ask_again = config::time_point::max();
    for (;;) {
        while (!what_.load && worker.waiting() < backlog) worker.ask(draw_work(what_.charges, random_), now);
        ask_again = config::time_point::max();
        auto call = worker.next(now, ask_again);
        if (!call) break;
        send(which, *std::move(call), now);
    }
    if (ask_again == config::time_point::max()) return;
    // Rounded to a microsecond: virtual time is in fractions of a second.
    const auto when = std::max(now, seconds_of(ask_again)) + 1e-6;
    if (when >= wakes_at) return;
    wakes_at = when;
    events_.plan(when, step::wake, which);
}

void tiered_run::arrive(double now)
{
    const auto offered =
        *what_.load * static_cast<double>(what_.deployments.front().service.tokens_per_minute);
    const auto rate = arrivals_a_second(offered, mean_cost_);
    events_.plan(now + std::exponential_distribution<double>{rate}(random_), step::arrival);
    const auto which = std::uniform_int_distribution<int>{0, what_.workers - 1}(random_);
    workers_[static_cast<std::size_t>(which)]->ask(draw_work(what_.charges, random_), now);
    wake(which, now);
}

void tiered_run::send(int which, tiered_call call, double now)
{
    const auto trip = uniform(0.02, 0.05);
    calls_.emplace_back(call_at_work{which, std::move(call), trip / 2});
    events_.plan(now + trip / 2, step::admission, which, calls_.size() - 1);
}

void tiered_run::admit(std::size_t index, double now)
{
    auto& one = *calls_[index];
    auto& where = deployments_[one.made.deployment];
    const auto& settings = what_.deployments[one.made.deployment];
    one.is_error = where.is_down;
    auto takes = 0.01;
    if (!one.is_error) {
        one.charged = draw_charge(settings.service, one.made.job->work.cost, random_);
        one.given = where.service.admit(one.charged, now);
        if (!one.given.admitted) {
            recorded_.refused(one.worker, now);
        } else {
            const auto tokens = static_cast<double>(one.charged);
            recorded_.admitted(one.worker, tokens, now);
            const auto best = settings.tier == what_.deployments.front().tier;
            (best ? first_tier_ : other_tiers_).emplace_back(now, tokens);
            takes = one.made.job->work.takes;
        }
    }
    events_.plan(now + one.returns_after + takes, step::answer, one.worker, index);
}

void tiered_run::answer(std::size_t index, double now)
{
    auto one = *std::move(calls_[index]);
    calls_[index].reset();
    auto& by = *workers_[static_cast<std::size_t>(one.worker)];
    if (one.is_error) {
        by.failed(one.made, pipeline::failure{pipeline::errc::transient, "service unavailable"}, now);
    } else if (one.given.admitted) {
        deployments_[one.made.deployment].service.ended(one.charged, now);
        const auto alone = one.made.job->work.takes + 2 * one.returns_after;
        const auto arrived = one.made.job->arrived;
        recorded_.answered(arrived, now, alone);
        answered_.push_back({arrived, now - arrived - alone});
        by.answered(one.made, one.given.notice, now);
    } else {
        const auto kind =
            one.given.of_requests ? pipeline::limit_kind::requests : pipeline::limit_kind::tokens;
        auto why = pipeline::failure{pipeline::errc::throttled, "over the quota"}
                       .with_retry_after(at(one.given.retry_after) - start)
                       .with_limit(kind)
                       .with_quota(one.given.notice);
        by.failed(one.made, why, now);
    }
    wake(one.worker, now);
}

void tiered_run::happen(const happening& what, double now)
{
    const auto found = std::find_if(what_.deployments.begin(), what_.deployments.end(),
                                    [&](const tier_member& each) { return each.name == what.deployment; });
    if (found == what_.deployments.end())
        throw std::runtime_error{"a scenario has no deployment " + what.deployment};
    auto& where = deployments_[static_cast<std::size_t>(found - what_.deployments.begin())];
    if (what.down) where.is_down = *what.down;
    if (what.limit) where.service.cut_to(*what.limit);
    double tokens = 0;
    double requests = 0;
    for (const auto& each : deployments_) {
        tokens += each.service.tokens_per_minute();
        requests += each.service.requests_per_minute();
    }
    recorded_.limit(tokens, requests, now);
}

void tiered_run::add_figures(const measurement& span, figures& found) const
{
    const auto tokens_in_span = [&](const auto& admitted) {
        double sum = 0;
        for (const auto& [when, tokens] : admitted) {
            if (when >= span.from && when < span.to) sum += tokens;
        }
        return sum;
    };
    const auto spilled = tokens_in_span(other_tiers_);
    found["spilled"] = spilled / std::max(1.0, spilled + tokens_in_span(first_tier_));
    double delay = 0;
    for (const auto& each : answered_) {
        if (each.arrived >= span.from && each.arrived < span.to) delay = std::max(delay, each.delay);
    }
    double unanswered = 0;
    const auto by_now = std::min(span.to, what_.minutes * 60 - patience_with_answers);
    for (const auto& worker : workers_) {
        for (const auto& each : worker->jobs()) {
            if (each.arrived >= span.from && each.arrived < by_now) ++unanswered;
        }
    }
    found["delay"] = delay;
    found["unanswered"] = unanswered;
}

}  // namespace

std::vector<figures> play_tiers(const scenario& what, std::uint64_t seed)
{
    tiered_run one{what, seed};
    return one.play();
}

}  // namespace quota
