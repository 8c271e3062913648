#include "tools/quota/scenario_run.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <optional>
#include <random>

#include "tools/quota/drawn_work.hpp"
#include "tools/quota/tiered_run.hpp"
#include "tools/quota/virtual_time.hpp"

namespace quota {
namespace {

constexpr std::size_t look_ahead = 32;  // as a lane's

struct job {
    double arrived;
    std::int64_t cost;  // as the client estimates it
    double takes;       // seconds at the service
};

struct worker {
    std::unique_ptr<client> decides;
    std::deque<job> waiting;
    std::size_t group = 0;
    bool is_endless = true;
    bool is_active = true;
    bool is_alive = true;
    double wakes_at = HUGE_VAL;
};

enum class step { wake, arrival, admission, answer, tenant, happening };

struct call {
    int worker;
    job what;
    double started;
    double returns_after;  // from admission to the answer's arrival: half a round trip
    std::int64_t charged = 0;
    admission given = {};
};

class run {
public:
    run(const scenario& what, strategy how, std::uint64_t seed);
    std::vector<figures> play();

private:
    void plan(double when, step what, int worker = 0, std::size_t index = 0)
    {
        events_.plan(when, what, worker, index);
    }
    double uniform(double from, double to)
    {
        return std::uniform_real_distribution<double>{from, to}(random_);
    }
    job draw_job(double now);
    void wake(int which, double now);
    void arrive(std::size_t group, double now);
    void send(int which, job what, double now);
    void admit(std::size_t index, double now);
    void answer(std::size_t index, double now);
    void send_of_tenant(double now, double retry_of);
    void happen(const happening& what, double now);
    void start_workers(std::size_t group);
    std::unique_ptr<client> new_client(double share, double now);

    const scenario& what_;
    strategy how_;
    client_settings known_;
    std::mt19937_64 random_;
    quota_service service_;
    recorder recorded_;
    std::vector<worker_group> groups_;
    std::vector<worker> workers_;
    std::vector<call> calls_;
    event_queue<step> events_;
    double mean_cost_ = 0;
    double tenant_ = 0;
};

run::run(const scenario& what, strategy how, std::uint64_t seed)
    : what_{what}, how_{how}, random_{seed}, service_{what.service}, recorded_{what.workers}
{
    known_.start = start;
    if (what.configured > 0) {
        const auto tokens = what.configured * static_cast<double>(what.service.tokens_per_minute);
        known_.quota.tokens_per_minute = config::tokens{std::llround(tokens)};
        known_.quota.requests_per_minute =
            config::requests{std::llround(tokens / 1000 * what.service.requests_per_thousand_tokens)};
    }
    groups_ = what.groups;
    if (groups_.empty()) groups_.push_back({what.workers, 1, what.load});
    for (std::size_t i = 0; i < groups_.size(); ++i) start_workers(i);
    mean_cost_ = mean_cost_of(what.charges, random_);
    recorded_.limit(service_.tokens_per_minute(), service_.requests_per_minute(), 0);
    for (std::size_t i = 0; i < what.happenings.size(); ++i)
        plan(what.happenings[i].at, step::happening, 0, i);
    for (std::size_t i = 0; i < groups_.size(); ++i)
        if (groups_[i].load) plan(0, step::arrival, 0, i);
}

void run::start_workers(std::size_t group)
{
    const auto& all = groups_[group];
    const auto before = static_cast<int>(workers_.size());
    const auto members = what_.members ? what_.members : all.workers;
    const auto active = what_.active ? what_.active : all.workers;
    for (int i = 0; i < all.workers; ++i) {
        worker one;
        one.group = group;
        one.is_endless = !all.load;
        one.is_alive = i < members;
        one.is_active = one.is_alive && i < active;
        if (one.is_alive) one.decides = new_client(all.share / members, 0);
        workers_.push_back(std::move(one));
        plan(uniform(0, 0.01), step::wake, before + i);
    }
}

std::unique_ptr<client> run::new_client(double share, double now)
{
    known_.share = share;
    known_.seed = random_();
    known_.start = at(now);
    return make_client(how_, known_);
}

std::vector<figures> run::play()
{
    while (events_.has_any_before(what_.minutes * 60)) {
        const auto next = events_.pop();
        switch (next.what) {
            case step::wake: wake(next.worker, next.at); break;
            case step::arrival: arrive(next.index, next.at); break;
            case step::admission: admit(next.index, next.at); break;
            case step::answer: answer(next.index, next.at); break;
            case step::tenant: send_of_tenant(next.at, static_cast<double>(next.index)); break;
            case step::happening: happen(what_.happenings[next.index], next.at); break;
        }
    }
    std::vector<figures> found;
    for (const auto& each : what_.measurements) found.push_back(recorded_.of(each));
    return found;
}

job run::draw_job(double now)
{
    const auto drawn = draw_work(what_.charges, random_);
    return {now, drawn.cost, drawn.takes};
}

void run::wake(int which, double now)
{
    auto& one = workers_[static_cast<std::size_t>(which)];
    if (now >= one.wakes_at) one.wakes_at = HUGE_VAL;
    while (one.is_alive) {
        if (one.is_endless && one.is_active)
            while (one.waiting.size() < look_ahead) one.waiting.push_back(draw_job(now));
        if (one.waiting.empty()) return;
        const auto ahead = std::min(look_ahead, one.waiting.size());
        const auto front = one.waiting.begin();
        const auto by_cost = [](const job& a, const job& b) { return a.cost < b.cost; };
        double sum = 0;
        for (const auto& each : one.waiting) sum += static_cast<double>(each.cost);
        const auto smallest =
            std::min_element(front, front + static_cast<std::ptrdiff_t>(ahead), by_cost)->cost;
        const auto offered = one.decides->offer({config::tokens{front->cost}, config::tokens{front->cost},
                                                 config::tokens{smallest}, config::tokens{std::llround(sum)}},
                                                at(now));
        if (offered.most == config::tokens{0}) {
            if (offered.ask_again == config::time_point::max()) return;
            // Rounded to a microsecond: virtual time is in fractions of a second.
            const auto when = std::max(now + 1e-6, seconds_of(offered.ask_again) + 1e-6);
            if (when < one.wakes_at) {
                one.wakes_at = when;
                plan(when, step::wake, which);
            }
            return;
        }
        auto chosen = front;
        if (front->cost > offered.most.count() && !offered.oversized_alone) {
            chosen = std::find_if(front, front + static_cast<std::ptrdiff_t>(ahead),
                                  [&](const job& each) { return each.cost <= offered.most.count(); });
        }
        const auto taken = *chosen;
        one.waiting.erase(chosen);
        send(which, taken, now);
    }
}

void run::arrive(std::size_t group, double now)
{
    const auto tokens = *groups_[group].load * static_cast<double>(what_.service.tokens_per_minute);
    const auto rate = arrivals_a_second(tokens, mean_cost_);
    plan(now + std::exponential_distribution<double>{rate}(random_), step::arrival, 0, group);
    std::vector<int> able;
    for (int i = 0; i < what_.workers; ++i) {
        const auto& each = workers_[static_cast<std::size_t>(i)];
        if (each.group == group && each.is_alive && each.is_active) able.push_back(i);
    }
    const auto which = able[std::uniform_int_distribution<std::size_t>{0, able.size() - 1}(random_)];
    workers_[static_cast<std::size_t>(which)].waiting.push_back(draw_job(now));
    wake(which, now);
}

void run::send(int which, job what, double now)
{
    workers_[static_cast<std::size_t>(which)].decides->take(config::tokens{what.cost}, at(now));
    const auto trip = uniform(0.02, 0.05);
    calls_.push_back({which, what, now, trip / 2});
    plan(now + trip / 2, step::admission, which, calls_.size() - 1);
}

void run::admit(std::size_t index, double now)
{
    auto& one = calls_[index];
    one.charged = draw_charge(what_.service, one.what.cost, random_);
    one.given = service_.admit(one.charged, now);
    if (one.given.admitted) {
        recorded_.admitted(one.worker, static_cast<double>(one.charged), now);
        plan(now + one.returns_after + one.what.takes, step::answer, one.worker, index);
    } else {
        recorded_.refused(one.worker, now);
        plan(now + one.returns_after + 0.01, step::answer, one.worker, index);
    }
}

void run::answer(std::size_t index, double now)
{
    const auto one = calls_[index];
    if (one.given.admitted) service_.ended(one.charged, now);
    auto& by = workers_[static_cast<std::size_t>(one.worker)];
    if (!by.is_alive) return;
    pipeline::call_report ended{at(one.started), config::tokens{one.what.cost}, nullptr, one.what.cost,
                                &one.given.notice};
    if (one.given.admitted) {
        by.decides->settle(ended, at(now));
        recorded_.answered(one.what.arrived, now, one.what.takes + 2 * one.returns_after);
    } else {
        const auto asked = std::chrono::duration_cast<config::duration>(
            std::chrono::duration<double>{one.given.retry_after});
        const auto why =
            pipeline::failure{pipeline::errc::throttled, "over the quota"}.with_retry_after(asked).with_limit(
                one.given.of_requests ? pipeline::limit_kind::requests : pipeline::limit_kind::tokens);
        ended.why = &why;
        ended.billed_tokens = 0;
        by.decides->settle(ended, at(now));
        by.waiting.push_front(one.what);
    }
    wake(one.worker, now);
}

// Somebody who sends at random times, and sends again about a second after a refusal. `retry_of`: the cost
// of what was refused before; zero for something new.
void run::send_of_tenant(double now, double retry_of)
{
    if (tenant_ <= 0) return;
    auto cost = retry_of;
    if (cost <= 0) {
        const auto rate =
            arrivals_a_second(tenant_ * static_cast<double>(what_.service.tokens_per_minute), mean_cost_);
        plan(now + std::exponential_distribution<double>{rate}(random_), step::tenant);
        cost = static_cast<double>(draw_job(now).cost);
    }
    const auto given = service_.admit(static_cast<std::int64_t>(cost), now);
    if (given.admitted)
        recorded_.admitted(-1, cost, now);
    else
        plan(now + uniform(0.5, 1.5), step::tenant, 0, static_cast<std::size_t>(cost));
}

void run::happen(const happening& what, double now)
{
    if (what.limit) {
        service_.cut_to(*what.limit);
        recorded_.limit(service_.tokens_per_minute(), service_.requests_per_minute(), now);
    }
    if (what.tenant) {
        const auto was = tenant_;
        tenant_ = *what.tenant;
        if (was <= 0 && tenant_ > 0) plan(now, step::tenant);
    }
    for (int i = 0; i < what_.workers; ++i) {
        auto& each = workers_[static_cast<std::size_t>(i)];
        if (what.alive && i >= *what.alive) {
            each.is_alive = false;
            each.waiting.clear();
        }
        if (what.members) {
            const auto share = 1.0 / *what.members;
            if (i >= *what.members) continue;
            if (!each.decides) {
                each.decides = new_client(share, now);
                each.is_alive = each.is_active = true;
            } else {
                each.decides->set_share(share, at(now));
            }
        }
        if (what.active) {
            each.is_active = i < *what.active;
            if (!each.is_active) each.waiting.clear();
        }
        plan(now + uniform(0, 0.01), step::wake, i);
    }
}

}  // namespace

std::vector<figures> play(const scenario& what, strategy how, std::uint64_t seed)
{
    if (has_tiers(what)) return play_tiers(what, seed);
    run one{what, how, seed};
    return one.play();
}

double worst_of(const std::vector<std::vector<figures>>& seeds, std::size_t measurement, const wanted& figure)
{
    std::optional<double> worst;
    for (const auto& each : seeds) {
        const auto found = each[measurement].at(figure.figure);
        if (!worst || (figure.least ? found < *worst : found > *worst)) worst = found;
    }
    return worst.value();
}

bool meets(double found, const wanted& figure)
{
    return (!figure.least || found >= *figure.least) && (!figure.most || found <= *figure.most);
}

}  // namespace quota
