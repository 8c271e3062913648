// Routes that share a deployment, in virtual time.
#include <doctest/doctest.h>

#include <map>

#include "tests/support/flow_rig.hpp"

using namespace std::chrono_literals;
using namespace config::literals;
using config::route_priority;
using doctest::Approx;

namespace {

// Two routes with more texts than the deployment takes; those of the first are four times as long.
struct two_routes : tests::flow_rig {
    two_routes()
    {
        deployment_settings.quota.tokens_per_minute = 60'000_tok;
        deployment_settings.max_inputs = 8;
        service.rule = [this](const pipeline::request& ask, int) -> pipeline::result<pipeline::reply> {
            for (const auto piece : ask.pieces) tokens[piece[1]] += static_cast<double>(piece.size() - 2) / 4;
            return tests::fake_service::good_reply(ask);
        };
    }
    void put_texts(const std::string& topic, int count, std::size_t bytes)
    {
        for (int i = 0; i < count; ++i)
            source.put(topic, R"({"text":")" + std::string(bytes, topic.front()) + R"("})");
    }
    [[nodiscard]] double share_of(char route) { return tokens[route] / (tokens['a'] + tokens['b']); }

    config::route_settings& a = add_route("a");
    config::route_settings& b = add_route("b");
    std::map<char, double> tokens;  // answered, by the letter that the texts of a route have
};

}  // namespace

TEST_SUITE("fairness")
{
    TEST_CASE_FIXTURE(two_routes, "routes that want more than there is have tokens by their weights")
    {
        a.weight = 1;
        b.weight = 3;
        open();
        put_texts("a", 4'000, 800);
        put_texts("b", 16'000, 200);
        time.advance(2min);
        CHECK(share_of('a') == Approx(0.25).epsilon(0.02));
        time.advance(2min);
        CHECK(share_of('b') == Approx(0.75).epsilon(0.02));
    }

    TEST_CASE_FIXTURE(two_routes, "a route gets what the other one leaves")
    {
        b.weight = 1'000;
        open();
        put_texts("a", 4'000, 800);
        put_texts("b", 100, 200);
        time.advance(5min);
        CHECK(tokens['a'] + tokens['b'] >= 0.9 * 5 * 60'000);
    }

    TEST_CASE_FIXTURE(two_routes, "an interactive text does not stand in line behind bulk")
    {
        b.priority = route_priority::interactive;
        open();
        put_texts("a", 20'000, 800);
        time.advance(2min);
        for (int i = 0; i < 20; ++i) {
            const auto before = sink.of("b-out").size();
            put_texts("b", 1, 200);
            time.advance(3s);
            CHECK(sink.of("b-out").size() == before + 1);
        }
    }

    TEST_CASE_FIXTURE(two_routes, "interactive has four fifths at most while bulk waits")
    {
        b.priority = route_priority::interactive;
        a.weight = 1'000;
        open();
        put_texts("a", 2'000, 800);
        put_texts("b", 30'000, 200);
        time.advance(3min);
        CHECK(share_of('b') == Approx(0.8).epsilon(0.02));
    }
}
