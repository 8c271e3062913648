#include "pipeline/backlog.hpp"

#include <doctest/doctest.h>

#include <vector>

#include "tests/support/flow_rig.hpp"

using namespace std::chrono_literals;
using pipeline::backlog;
using pipeline::ending;

namespace {

/// Two routes on one deployment, of which one can be held up by refusals: while a batch is bisected its other
/// texts wait.
struct two_routes : tests::flow_rig {
    two_routes()
    {
        deployment_settings.max_concurrency = 2;
        deployment_settings.max_inputs = 16;
        add_route("stuck");
        add_route("free");
        budgets.records = 3'000;
    }
};

}  // namespace

TEST_SUITE("backlog")
{
    TEST_CASE("intake is switched off at enough, and on again when half of that is gone")
    {
        std::vector<bool> switched;
        backlog texts{10};
        texts.control([&](bool is_wanted) { switched.push_back(is_wanted); });
        texts.add(9);
        CHECK(switched.empty());
        texts.add(1);
        CHECK_FALSE(texts.is_wanted());
        texts.add(30);
        texts.remove(30);
        texts.remove(4);
        CHECK(switched == std::vector<bool>{false});
        texts.remove(1);
        CHECK(texts.is_wanted());
        texts.remove(5);
        CHECK(switched == std::vector<bool>{false, true});
    }

    TEST_CASE_FIXTURE(two_routes,
                      "a route reads ahead what its calls can take twice over, and not less than 1,024 texts")
    {
        deployment_settings.max_concurrency = 8;
        deployment_settings.max_inputs = 256;
        route_settings.back().asks = config::operation::chat;
        open();
        CHECK(routes.front().waiting().enough() == 2 * 8 * 256);
        CHECK(routes.back().waiting().enough() == 1'024);
    }

    TEST_CASE_FIXTURE(two_routes, "no more is read than waits and is in flight, though the budget has room")
    {
        service.latency = 1min;
        open();
        put("free", 2'000);
        time.settle();
        CHECK(source.given == 1'024 + 2 * 16);
        CHECK(source.held_routes.contains("free"));
        finish();
        CHECK(sink.count(ending::result) == 2'000);
        CHECK(source.held_routes.empty());
    }

    TEST_CASE_FIXTURE(two_routes, "a route that is held up does not keep the others from being read")
    {
        open();
        service.rule = [](const pipeline::request& ask, int) -> pipeline::result<pipeline::reply> {
            const auto is_stuck = ask.pieces.front().find("stuck") != std::string_view::npos;
            if (!is_stuck || ask.pieces.size() == 1) return tests::fake_service::good_reply(ask);
            return pipeline::failure{pipeline::errc::refused, "input is invalid"};
        };
        put("stuck", 10'000, "stuck ");
        put("free", 500, "free ");
        time.advance(20s);
        CHECK(sink.of("free-out").size() == 500);
        CHECK(sink.of("stuck-out").size() < 5'000);
        finish();
        CHECK(sink.of("stuck-out").size() == 10'000);
    }

    TEST_CASE_FIXTURE(two_routes, "a route whose topic takes nothing holds up no other, and buys no more")
    {
        service.latency = 100ms;
        sink.delay = 1h;
        sink.slow_topic = "stuck-out";
        open();
        put("stuck", 10'000, "stuck ");
        put("free", 10'000, "free ");
        time.advance(10s);
        const auto bought_in_vain = static_cast<std::size_t>(source.given) - sink.of("free-out").size();
        time.advance(5min);
        CHECK(sink.of("free-out").size() == 10'000);
        CHECK(sink.of("stuck-out").empty());
        CHECK(bought_in_vain < 3'000);
        finish();
        CHECK(sink.of("stuck-out").size() == 10'000);
    }
}
