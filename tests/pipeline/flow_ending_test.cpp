// How jobs end, and how routes and the flow stop, in virtual time.
#include <doctest/doctest.h>

#include "tests/support/flow_rig.hpp"

using namespace std::chrono_literals;
using namespace config::literals;
using pipeline::ending;
using pipeline::errc;
using pipeline::failure;

namespace {

struct one_route : tests::flow_rig {
    one_route() { add_route("documents"); }

    void answer_always_with(const failure& why)
    {
        service.rule = [why](const pipeline::request&, int) -> pipeline::result<pipeline::reply> {
            return why;
        };
    }
};

}  // namespace

TEST_SUITE("endings")
{
    TEST_CASE_FIXTURE(
        one_route,
        "wrong dimensions over 10,000 jobs: at most 20 dead letters and 60 calls, then the route stops")
    {
        deployment_settings.max_inputs = 2'048;
        answer_always_with(failure{errc::refused, "dimensions must be at most 3072"}
                               .with_code("invalid_request_error")
                               .with_status(400));
        open();
        put("documents", 10'000);
        finish();

        REQUIRE(ended);
        CHECK(sink.count(ending::rejected) <= 20);
        CHECK(service.batches.size() <= 60);
        CHECK(source.stopped_routes.contains("documents"));
        CHECK(source.closed.size() == sink.count(ending::rejected));
        const auto told = log.all("route stopped");
        REQUIRE(told.size() == 1);
        CHECK(told[0].fields.at("reason").find("dimensions must be at most 3072") != std::string::npos);
    }

    TEST_CASE_FIXTURE(one_route, "a pointer that finds nothing stops the route instead of emptying the topic")
    {
        open();
        for (int i = 0; i < 1'000; ++i) source.put("documents", R"({"txt":"hello"})");
        finish();

        REQUIRE(ended);
        CHECK(sink.count(ending::rejected) == 19);
        CHECK(service.batches.empty());
        CHECK(routes.front().is_stopped());
    }

    TEST_CASE_FIXTURE(one_route, "a stopped route leaves other routes alone")
    {
        add_route("notes");
        service.refuse_with("document");
        open();
        put("documents", 100, "document ");
        time.advance(1h);
        put("notes", 100, "note ");
        finish();

        REQUIRE(ended);
        CHECK(routes.front().is_stopped());
        CHECK_FALSE(routes.back().is_stopped());
        CHECK(sink.of("notes-out").size() == 100);
    }

    TEST_CASE_FIXTURE(one_route, "an answer of another model stops the route before vectors are mixed")
    {
        service.rule = [](const pipeline::request& ask, int number) -> pipeline::result<pipeline::reply> {
            auto all = tests::fake_service::good_reply(ask);
            if (number > 1) all.model = "model-2";
            return all;
        };
        open();
        put("documents", 10, "first ");
        time.advance(1s);
        put("documents", 10, "second ");
        finish();

        REQUIRE(ended);
        CHECK(sink.count(ending::result) == 10);
        CHECK(source.closed.size() == 10);
        CHECK(routes.front().stop_reason().find("model-2") != std::string::npos);
    }

    TEST_CASE_FIXTURE(one_route, "a chat answer of another model is published and counted")
    {
        auto& chat = route_settings.front();
        chat.asks = config::operation::chat;
        chat.text.clear();
        chat.messages = {{"user", "/text"}};
        service.rule = [](const pipeline::request& ask, int number) -> pipeline::result<pipeline::reply> {
            auto all = tests::fake_service::good_reply(ask);
            if (number > 5) all.model = "model-1-2024-08-06";
            return all;
        };
        open();
        put("documents", 10);
        finish();
        CHECK(sink.count(ending::result) == 10);
        CHECK(counters.models_changed == 1);
    }

    TEST_CASE_FIXTURE(one_route, "an outage of an hour uses up no attempts and makes no dead letter")
    {
        const auto over = time.now() + 1h;
        service.rule = [&, over](const pipeline::request& ask, int) -> pipeline::result<pipeline::reply> {
            if (time.now() < over) return failure{errc::transient, "bad gateway"}.with_status(502);
            return tests::fake_service::good_reply(ask);
        };
        open();
        put("documents", 500);
        finish();

        REQUIRE(ended);
        CHECK(sink.count(ending::result) == 500);
        CHECK(service.batches.size() < 2'000);  // a probe every other second, not hammered
    }

    TEST_CASE_FIXTURE(one_route, "waiting for quota uses up no attempts, however long")
    {
        deployment_settings.quota.requests_per_minute = 1_req;
        deployment_settings.max_inputs = 1;
        open();
        put("documents", 60);
        finish();
        CHECK(sink.count(ending::result) == 60);
        for (const auto& each : sink.published) CHECK(each.by.attempts == 1);
    }

    TEST_CASE_FIXTURE(one_route,
                      "a wrong key stops the deployment, keeps the jobs, and goes on when the key works")
    {
        const auto mended = time.now() + 10min;
        service.rule = [&, mended](const pipeline::request& ask, int) -> pipeline::result<pipeline::reply> {
            if (time.now() < mended)
                return failure{errc::deployment_stopped, "access denied; check auth.api_key"}.with_status(
                    401);
            return tests::fake_service::good_reply(ask);
        };
        open();
        put("documents", 100);
        time.advance(5min);
        CHECK(sink.published.empty());
        CHECK(deployment->breaker().is_stopped());
        CHECK(service.batches.size() <= 8 + 5);  // one probe a minute
        finish();
        CHECK(sink.count(ending::result) == 100);
        CHECK(log.all("deployment changes state").front().fields.at("state") == "stopped");
    }

    TEST_CASE_FIXTURE(one_route, "a 429 holds back every call to its deployment for as long as it says")
    {
        deployment_settings.max_inputs = 10;
        const auto start = time.now();
        service.latency = 10ms;
        service.rule = [&](const pipeline::request& ask, int number) -> pipeline::result<pipeline::reply> {
            if (number == 1) return failure{errc::throttled, "429"}.with_status(429).with_retry_after(20s);
            return tests::fake_service::good_reply(ask);
        };
        open();
        put("documents", 1);
        time.advance(1s);
        put("documents", 100, "later ");
        finish();

        REQUIRE(service.called_at.size() > 2);
        CHECK(service.called_at[1] >= start + 20s);
        CHECK(service.called_at[1] <= start + 23s);
        CHECK(sink.count(ending::result) == 101);
    }

    TEST_CASE_FIXTURE(one_route, "a 429 without a time is answered with a growing pause, never at once")
    {
        service.rule = [&](const pipeline::request& ask, int number) -> pipeline::result<pipeline::reply> {
            if (number <= 5) return failure{errc::throttled, "429"}.with_status(429);
            return tests::fake_service::good_reply(ask);
        };
        open();
        put("documents", 1);
        finish();

        REQUIRE(service.called_at.size() == 6);
        for (std::size_t i = 1; i < 6; ++i)
            CHECK(service.called_at[i] - service.called_at[i - 1] > service.latency + 40ms);
        CHECK(sink.count(ending::result) == 1);
    }

    TEST_CASE_FIXTURE(one_route, "a job past its deadline becomes an expired dead letter, and costs no call")
    {
        route_settings.front().deadline = 30s;
        deployment_settings.max_concurrency = 1;
        deployment_settings.max_inputs = 1;
        service.latency = 20s;
        open();
        put("documents", 5);
        finish();

        // The first is answered at 20 s, the second is in flight at its deadline and is still taken.
        CHECK(sink.count(ending::result) == 2);
        CHECK(sink.count(ending::expired) == 3);
        CHECK(service.batches.size() == 2);
        CHECK(source.closed.size() == 5);
    }

    TEST_CASE_FIXTURE(
        one_route,
        "a text stopped by the content filter is an ending of its own, its neighbours are answered")
    {
        service.rule = [](const pipeline::request& ask, int) -> pipeline::result<pipeline::reply> {
            for (const auto piece : ask.pieces) {
                if (piece.find("violent") != std::string_view::npos)
                    return failure{errc::filtered, "the prompt triggered the filter"}.with_code(
                        "content_filter");
            }
            return tests::fake_service::good_reply(ask);
        };
        open();
        put("documents", 20);
        source.put("documents", R"({"text":"violent"})");
        put("documents", 20, "more ");
        finish();

        CHECK(sink.count(ending::filtered) == 1);
        CHECK(sink.count(ending::result) == 40);
        CHECK(tests::header_of(sink.of("documents-dead").at(0), "batchmill-class") == "filtered");
    }

    TEST_CASE_FIXTURE(one_route, "tombstones are forwarded, skipped or made dead letters as the route says")
    {
        route_settings.front().stop_after_refusals = 0;
        add_route("skipping").tombstones = config::tombstone_rule::skip;
        add_route("refusing").tombstones = config::tombstone_rule::dead_letter;
        open();
        source.put("documents", std::nullopt, "a");
        source.put("skipping", std::nullopt, "b");
        source.put("refusing", std::nullopt, "c");
        finish();

        REQUIRE(sink.of("documents-out").size() == 1);
        CHECK(sink.of("documents-out")[0].key == "a");
        CHECK_FALSE(sink.of("documents-out")[0].value.has_value());
        CHECK(sink.of("skipping-out").empty());
        CHECK(sink.of("refusing-dead").size() == 1);
        CHECK(source.closed.size() == 3);
        CHECK(service.batches.empty());
    }

    TEST_CASE_FIXTURE(one_route, "an outcome too large for its topic becomes a dead letter with that reason")
    {
        route_settings.front().text = "/texts";
        sink.largest_message = 2'000;
        service.rule = [](const pipeline::request& ask, int) -> pipeline::result<pipeline::reply> {
            auto all = tests::fake_service::good_reply(ask);
            for (auto& each : all.answers) each = pipeline::embedding{std::vector<float>(100, 0.5F)};
            return all;
        };
        open();
        source.put("documents", R"({"texts":["short"]})");
        source.put("documents", R"({"texts":["a","b","c","d","e","f","g","h","i","j"]})");
        finish();

        CHECK(sink.count(ending::result) == 1);
        const auto letters = sink.of("documents-dead");
        REQUIRE(letters.size() == 1);
        CHECK(tests::header_of(letters[0], "batchmill-code") == "message_too_large");
        CHECK(source.closed.size() == 2);
    }

    TEST_CASE_FIXTURE(one_route, "a receipt is closed only once the outcome is durable")
    {
        sink.delay = 5s;
        open();
        put("documents", 1);
        time.advance(1s);
        CHECK(service.answered.size() == 1);
        CHECK(source.closed.empty());
        time.advance(10s);
        CHECK(source.closed.size() == 1);
    }

    TEST_CASE_FIXTURE(one_route, "reading stops at the budget and goes on when jobs have ended")
    {
        budgets.records = 100;
        service.latency = 1s;
        open();
        put("documents", 1'000);
        time.advance(500ms);
        CHECK(source.given == 100);
        finish();
        CHECK(sink.count(ending::result) == 1'000);
    }

    TEST_CASE_FIXTURE(one_route, "nothing more is asked while outcomes pile up before a slow broker")
    {
        deployment_settings.max_inputs = 10;
        deployment_settings.max_concurrency = 1;
        budgets.record_bytes = 20_KiB;
        service.latency = 10ms;
        sink.delay = 1min;
        open();
        put("documents", 100);
        time.advance(30s);
        const auto asked = service.batches.size();
        CHECK(asked >= 1);
        CHECK(asked <= 5);
        finish();
        CHECK(sink.count(ending::result) == 100);
    }

    TEST_CASE_FIXTURE(one_route, "nothing more is bought while nothing at all can be published")
    {
        deployment_settings.max_inputs = 10;
        deployment_settings.max_concurrency = 1;
        service.latency = 100ms;
        sink.delay = 1min;
        open();
        put("documents", 1'000);
        time.advance(10s);
        const auto asked = service.batches.size();
        CHECK(asked >= 25);
        CHECK(asked <= 35);
        time.advance(40s);
        CHECK(service.batches.size() == asked);
        finish();
        CHECK(sink.count(ending::result) == 1'000);
    }

    TEST_CASE_FIXTURE(one_route, "giving up leaves open jobs open and returns at once")
    {
        service.latency = 1h;
        open();
        put("documents", 100);
        time.advance(1s);
        flow->abandon();
        time.advance(1s);

        CHECK(ended);
        CHECK(sink.published.empty());
        CHECK(source.closed.empty());
    }
}
