// Chance decides what is asked and what becomes of every call; a model of what must be true looks on.
#include <doctest/doctest.h>

#include <algorithm>
#include <list>
#include <random>
#include <set>

#include "pipeline/grouper.hpp"
#include "tests/support/grouping_rig.hpp"

using namespace std::chrono_literals;
using pipeline::errc;
using pipeline::failure;
using pipeline::part;

namespace {

// A question and what the test knows of it. Destroyed soon after its latch has opened, as the frame of a
// job is: a sanitizer finds whoever still refers to it.
struct known_question : pipeline::inquiry {
    pipeline::question what;
    std::set<std::size_t> bad;  // pieces that the service will never accept
    std::set<std::size_t> answered;
};

known_question& question_of(const part& one) { return static_cast<known_question&>(*one.asked_by); }
bool is_bad(const part* one) { return question_of(*one).bad.contains(one->index); }

struct flight {
    pipeline::batch work;
    pipeline::deployment* to;
    pipeline::permit allowed;
};

struct world : tests::grouping_rig {
    explicit world(std::uint64_t seed) : random{seed}
    {
        for (auto left = 1 + below(3); left > 0; --left) {
            config::deployment_settings settings;
            settings.max_inputs = 1 + below(40);
            settings.max_concurrency = 1 + below(4);
            settings.max_request_tokens = config::tokens{100};
            if (one_in(2)) settings.quota.tokens_per_minute = config::tokens{6'000};
            if (one_in(3)) settings.quota.requests_per_minute = config::requests{600};
            add_deployment(settings);
        }
        for (auto left = 1 + below(4); left > 0; --left) {
            std::vector<pipeline::deployment*> one{&deployments[below(deployments.size())]};
            if (one_in(2)) one.clear();  // all of them
            add_route("route-" + std::to_string(left), one);
        }
    }

    std::size_t below(std::size_t bound)
    {
        return std::uniform_int_distribution<std::size_t>{0, bound - 1}(random);
    }
    bool one_in(std::size_t times) { return below(times) == 0; }

    void submit()
    {
        auto& added = open.emplace_back();
        if (one_in(8)) added.what.form.asks = config::operation::chat;
        if (one_in(8)) added.what.form.parameters = R"({"user":"somebody else"})";
        for (auto left = below(one_in(5) ? 60 : 4); left > 0; --left) {
            const auto bytes = 1 + below(one_in(50) ? 600 : 60);
            if (one_in(40)) added.bad.insert(added.what.pieces.size());
            added.what.pieces.push_back({pipeline::json_slice{'"' + std::string(bytes, 'x') + '"'}, bytes});
        }
        added.asked = &added.what;
        added.way = &routes[below(routes.size())];
        if (one_in(6)) added.deadline = now + std::chrono::milliseconds{below(20'000)};
        groups.submit(added);
    }

    bool send(pipeline::deployment& to)
    {
        auto work = groups.next(to, now, ask_again);
        if (!work) return false;
        ++calls;
        REQUIRE_FALSE(work->parts.empty());
        REQUIRE(work->parts.size() <= to.max_inputs());
        for (const auto* each : work->parts) {
            const auto& asked = question_of(*each);
            REQUIRE_FALSE(asked.done.is_open());
            REQUIRE_FALSE(asked.answered.contains(each->index));
            REQUIRE_FALSE(in_flight.contains(each));
            REQUIRE(asked.what.form == work->from->key().form);
            REQUIRE(asked.way->served_by() == work->from->key().served_by);
            REQUIRE(work->parts.size() <= each->largest_batch);
            in_flight.insert(each);
        }
        const auto cost = work->cost;
        flights.push_back({std::move(*work), &to, pipeline::permit{to, cost, now}});
        return true;
    }

    // Ends one call; an honest service answers whatever is good and refuses the rest.
    void land(bool honest)
    {
        const auto which = std::next(flights.begin(), static_cast<std::ptrdiff_t>(below(flights.size())));
        auto [work, to, allowed] = std::move(*which);
        flights.erase(which);
        for (const auto* each : work.parts) in_flight.erase(each);
        const auto has_bad = std::any_of(work.parts.begin(), work.parts.end(), is_bad);
        if (!honest && one_in(100)) return groups.broken_off(work);

        failure why{errc::refused, "for the test"};
        if (!honest && one_in(3))
            why = any_failure(work.parts.size());
        else if (!has_bad)
            return answer(work, *to, allowed);
        allowed.settle(&why, 0, nullptr, now);
        groups.failed(work, why, *to);
    }

    failure any_failure(std::size_t inputs)
    {
        if (one_in(200)) return {errc::route_stopped, "for the test"};
        switch (below(5)) {
            case 0: return failure{errc::throttled, "for the test"}.with_retry_after(1s);
            case 1: return {errc::timed_out, "for the test"};
            case 2: return {errc::deployment_stopped, "for the test"};
            case 3:
                if (inputs == 1) break;
                return failure{errc::too_large, "for the test"}.with_max_inputs(
                    one_in(10) ? std::optional{inputs - 1} : std::nullopt);
            default: break;
        }
        return {errc::transient, "for the test"};
    }

    void answer(const pipeline::batch& work, pipeline::deployment& to, pipeline::permit& allowed)
    {
        pipeline::reply all;
        all.model = one_in(1'000) ? "another model" : "model-1";
        for (const auto* each : work.parts) {
            question_of(*each).answered.insert(each->index);
            all.answers.emplace_back(pipeline::embedding{{1, 2}});
        }
        allowed.settle(nullptr, work.cost.count(), nullptr, now);
        groups.answered(work, std::move(all), to);
    }

    // Looks at every part, and lets go what has ended.
    void check()
    {
        std::size_t waiting = 0;
        for (auto each = open.begin(); each != open.end();) {
            std::size_t flying = 0;
            for (const auto& one : each->parts) {
                const auto places = (one.is_linked() ? 1 : 0) + (in_flight.contains(&one) ? 1 : 0) +
                                    (each->answered.contains(one.index) ? 1 : 0);
                REQUIRE(places <= 1);
                REQUIRE(!(each->failed && one.is_linked()));
                waiting += one.is_linked() ? 1 : 0;
                flying += in_flight.contains(&one) ? 1 : 0;
            }
            REQUIRE(each->in_flight == flying);
            if (!each->done.is_open()) {
                ++each;
                continue;
            }
            check_end(*each);
            each = open.erase(each);
        }
        REQUIRE(groups.waiting() == waiting);
    }

    void check_end(const known_question& ended) const
    {
        REQUIRE(ended.in_flight == 0);
        if (!ended.failed) {
            REQUIRE(ended.bad.empty());
            REQUIRE(ended.answered.size() == ended.what.pieces.size());
            return;
        }
        const auto why = ended.failed->reason();
        if (why == errc::refused) REQUIRE_FALSE(ended.bad.empty());
        if (why == errc::expired) REQUIRE(ended.deadline <= now);
        REQUIRE(why != errc::throttled);
        REQUIRE(why != errc::deployment_stopped);
    }

    void step()
    {
        switch (below(6)) {
            case 0:
                if (open.size() < 30) submit();
                break;
            case 1:
            case 2: send(deployments[below(deployments.size())]); break;
            case 3:
            case 4:
                if (!flights.empty()) land(false);
                break;
            default:
                now += std::chrono::milliseconds{below(2'000)};
                groups.expire(now);
                if (one_in(300)) groups.abandon(routes[below(routes.size())]);
        }
        check();
    }

    // From now on the service is honest and time passes as fast as it can: all must come to an end.
    void come_to_an_end()
    {
        const auto calls_before = calls;
        while (!open.empty()) {
            ask_again = groups.expire(now);
            auto sent = false;
            for (auto& each : deployments) sent = send(each) || sent;
            check();
            if (!flights.empty()) {
                land(true);
                check();
                now += 1ms;
            } else if (!sent && !open.empty()) {
                REQUIRE_MESSAGE(ask_again != config::time_point::max(), "parts wait for nothing");
                now = ask_again;
            }
            REQUIRE(calls - calls_before < 20'000);
        }
        while (!flights.empty()) land(true);
        CHECK(groups.waiting() == 0);
        CHECK(groups.lanes() == 0);
    }

    std::mt19937_64 random;
    std::list<known_question> open;
    std::list<flight> flights;
    std::set<const part*> in_flight;
    std::size_t calls = 0;
    config::time_point now = start;
    config::time_point ask_again = start;
    pipeline::grouper groups{[this](pipeline::route& way, std::string reason) {
        way.stop(std::move(reason));
        groups.abandon(way);
    }};
};

void live_through(std::uint64_t seed)
{
    CAPTURE(seed);
    world one{seed};
    for (int steps = 0; steps < 600; ++steps) one.step();
    one.come_to_an_end();
}

}  // namespace

TEST_CASE("whatever happens to calls, every question ends once and no part is lost, doubled or asked again")
{
    for (std::uint64_t seed = 1; seed <= 60; ++seed) live_through(seed);
    std::random_device drawn;
    for (int i = 0; i < 20; ++i) live_through(drawn());
}
