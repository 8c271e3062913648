#include "pipeline/fair_shares.hpp"

#include <doctest/doctest.h>

#include <map>
#include <vector>

#include "tests/support/grouping_rig.hpp"

using config::route_priority;
using doctest::Approx;

namespace {

struct shared_deployment : tests::grouping_rig {
    shared_deployment() { add_deployment(); }

    pipeline::route& of(const std::string& name, std::size_t weight,
                        route_priority priority = route_priority::bulk)
    {
        auto& added = add_route(name);
        route_settings.back().weight = weight;
        route_settings.back().priority = priority;
        return added;
    }
    // So many calls, each of the one of `waiting` whose turn it is; a call of a route costs what `costs`
    // says.
    void send(int calls, const std::vector<pipeline::route*>& waiting)
    {
        for (; calls > 0; --calls) {
            auto* next = waiting.front();
            for (auto* each : waiting) {
                if (shares.turn_of(shares.of(*each)) < shares.turn_of(shares.of(*next))) next = each;
            }
            shares.sent(shares.of(*next), config::tokens{costs.at(next)});
            sent[next] += costs.at(next);
            all += costs.at(next);
        }
    }
    [[nodiscard]] double share_of(const pipeline::route& way) { return sent[&way] / all; }
    void forget()
    {
        sent.clear();
        all = 0;
    }

    pipeline::fair_shares shares;
    std::map<const pipeline::route*, int> costs;
    std::map<const pipeline::route*, double> sent;
    double all = 0;
};

}  // namespace

TEST_CASE_FIXTURE(shared_deployment, "tokens are shared by weights, whatever single calls cost")
{
    auto& one = of("one", 1);
    auto& three = of("three", 3);
    costs = {{&one, 2'000}, {&three, 70}};
    send(10'000, {&one, &three});
    CHECK(share_of(one) == Approx(0.25).epsilon(0.01));
    CHECK(share_of(three) == Approx(0.75).epsilon(0.01));
}

TEST_CASE_FIXTURE(shared_deployment, "what one route leaves goes to the others by their weights")
{
    auto& idle = of("idle", 100);
    auto& one = of("one", 1);
    auto& two = of("two", 2);
    costs = {{&idle, 10}, {&one, 10}, {&two, 10}};
    send(1, {&idle});
    forget();
    send(3'000, {&one, &two});
    CHECK(share_of(two) == Approx(2.0 / 3).epsilon(0.01));
}

TEST_CASE_FIXTURE(shared_deployment,
                  "a route that comes back has its share from now on, and none that it missed")
{
    auto& busy = of("busy", 1);
    auto& late = of("late", 1);
    costs = {{&busy, 10}, {&late, 10}};
    send(1'000, {&busy});
    forget();
    send(100, {&busy, &late});
    CHECK(share_of(late) == Approx(0.5).epsilon(0.03));
}

TEST_CASE_FIXTURE(shared_deployment, "a route that had nothing to send is next when it has something")
{
    auto& busy = of("busy", 1'000);
    auto& rare = of("rare", 1);
    costs = {{&busy, 100}, {&rare, 100}};
    for (int i = 0; i < 20; ++i) {
        send(2'000, {&busy});
        forget();
        send(2, {&busy, &rare});
        CHECK(sent[&rare] > 0);
    }
}

TEST_CASE_FIXTURE(shared_deployment, "interactive goes first up to four fifths, and bulk never starves")
{
    auto& asked = of("asked", 1, route_priority::interactive);
    auto& night = of("night", 500);
    auto& other = of("other", 500);
    costs = {{&asked, 50}, {&night, 400}, {&other, 400}};
    send(20'000, {&night, &asked, &other});
    CHECK(share_of(asked) == Approx(0.8).epsilon(0.01));
    CHECK(share_of(night) == Approx(0.1).epsilon(0.02));
    CHECK(share_of(other) == Approx(0.1).epsilon(0.02));
}

TEST_CASE_FIXTURE(shared_deployment,
                  "an interactive text waits for no more than one call, however much bulk there is")
{
    auto& asked = of("asked", 1, route_priority::interactive);
    auto& night = of("night", 1'000);
    costs = {{&asked, 50}, {&night, 3'000}};
    for (int i = 0; i < 50; ++i) {
        send(10, {&night});
        forget();
        send(2, {&night, &asked});
        CHECK(sent[&asked] > 0);
    }
}
