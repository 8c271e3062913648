// How refused batches are taken apart, over the whole flow in virtual time.
#include <doctest/doctest.h>

#include <numeric>

#include "tests/support/flow_rig.hpp"

using namespace std::chrono_literals;
using pipeline::ending;
using pipeline::errc;
using pipeline::failure;

namespace {

struct one_route : tests::flow_rig {
    one_route() { add_route("documents").stop_after_refusals = 0; }

    [[nodiscard]] int asked_most() const
    {
        int most = 0;
        for (const auto& [piece, times] : service.asked) most = std::max(most, times);
        return most;
    }
};

}  // namespace

TEST_SUITE("bisection")
{
    TEST_CASE_FIXTURE(one_route,
                      "one bad text of 2,048 is found with at most 23 calls, and its neighbours are answered")
    {
        deployment_settings.max_concurrency = 1;
        service.refuse_with("bad");
        open();
        put("documents", 1, "first ");
        time.advance(10ms);  // the only slot is taken: the rest waits and travels together
        put("documents", 1000);
        source.put("documents", R"({"text":"bad"})");
        put("documents", 1047, "more ");
        finish();

        REQUIRE(ended);
        REQUIRE(service.batches.size() > 1);
        CHECK(service.batches[1] == 2048);
        CHECK(service.batches.size() <= 1 + 23);
        CHECK(sink.count(ending::result) == 2048);
        CHECK(sink.count(ending::rejected) == 1);
        CHECK(source.closed.size() == 2049);
        for (const auto& [piece, times] : service.answered) CHECK(times == 1);
    }

    TEST_CASE_FIXTURE(one_route, "seven bad texts of 2,048 cost at most seven times as much")
    {
        service.refuse_with("bad");
        open();
        for (int i = 0; i < 2048; ++i) {
            const auto bad = i % 293 == 17;
            source.put("documents",
                       R"({"text":")" + std::string{bad ? "bad " : "good "} + std::to_string(i) + R"("})");
        }
        finish();

        REQUIRE(ended);
        CHECK(sink.count(ending::rejected) == 7);
        CHECK(sink.count(ending::result) == 2041);
        CHECK(service.batches.size() <= 7 * 23);
        for (const auto& [piece, times] : service.answered) CHECK(times == 1);
    }

    TEST_CASE_FIXTURE(one_route, "a text refused alone becomes a dead letter with the service's reason")
    {
        service.refuse_with("bad");
        open();
        source.put("documents", R"({"text":"bad"})", "key");
        finish();

        const auto letters = sink.of("documents-dead");
        REQUIRE(letters.size() == 1);
        CHECK(letters[0].key == "key");
        CHECK(letters[0].value == R"({"text":"bad"})");
        CHECK(tests::header_of(letters[0], "batchmill-class") == "rejected");
        CHECK(tests::header_of(letters[0], "batchmill-code") == "invalid_request_error");
        CHECK(tests::header_of(letters[0], "batchmill-status") == "400");
        CHECK(service.batches.size() == 1);
    }

    TEST_CASE_FIXTURE(one_route,
                      "what a service says of a text is in its dead letter, and in no line of the log")
    {
        service.refuse_with("bad");
        open();
        source.put("documents", R"({"text":"bad"})");
        finish();

        CHECK(tests::header_of(sink.of("documents-dead").at(0), "batchmill-reason") == "input is invalid");
        const auto failed = log.all("call failed");
        REQUIRE(failed.size() == 1);
        CHECK(failed[0].fields.at("code") == "invalid_request_error");
        for (const auto& line : log.lines)
            for (const auto& [name, value] : line.fields)
                CHECK_MESSAGE(value.find("input is invalid") == std::string::npos, line.event);
    }

    TEST_CASE_FIXTURE(one_route, "a 429 never splits a batch and uses up no attempt")
    {
        service.rule = [](const pipeline::request& ask, int number) -> pipeline::result<pipeline::reply> {
            if (number <= 50)
                return failure{errc::throttled, "slow down"}.with_status(429).with_retry_after(2s);
            return tests::fake_service::good_reply(ask);
        };
        open();
        put("documents", 200);
        finish();

        REQUIRE(ended);
        CHECK(sink.count(ending::result) == 200);
        // Whatever was cut first comes back as large as it was, or larger.
        CHECK(service.batches.back() >= service.batches.front());
        CHECK(service.batches.size() <= 50 + 8);
    }

    TEST_CASE_FIXTURE(one_route,
                      "while a route has an unresolved refusal its other texts wait, another route's do not")
    {
        add_route("others");
        deployment_settings.max_inputs = 64;
        service.refuse_with("bad");
        open();
        source.put("documents", R"({"text":"bad"})");
        put("documents", 63);
        time.advance(150ms);  // refused once
        const auto calls_before = service.batches.size();
        put("documents", 64, "late ");
        put("others", 8, "other ");
        time.advance(100ms);

        CHECK(service.asked.contains("\"other 0\""));
        CHECK_FALSE(service.asked.contains("\"late 0\""));
        CHECK(service.batches.size() > calls_before);
        finish();
        CHECK(sink.count(ending::result) == 63 + 64 + 8);
        CHECK(sink.count(ending::rejected) == 1);
    }

    TEST_CASE_FIXTURE(one_route,
                      "a batch that times out is sent again in halves, not at the same size for ever")
    {
        service.rule = [](const pipeline::request& ask, int) -> pipeline::result<pipeline::reply> {
            if (ask.pieces.size() > 10)
                return failure{errc::timed_out, "no answer"}.with_code("timeout_whole");
            return tests::fake_service::good_reply(ask);
        };
        open();
        put("documents", 100);
        finish();

        REQUIRE(ended);
        CHECK(sink.count(ending::result) == 100);
    }

    TEST_CASE_FIXTURE(one_route,
                      "a server that takes 16 inputs is believed, and no text becomes a dead letter")
    {
        service.rule = [](const pipeline::request& ask, int) -> pipeline::result<pipeline::reply> {
            if (ask.pieces.size() > 16)
                return failure{errc::too_large, "Too many inputs"}.with_status(400).with_max_inputs(16);
            return tests::fake_service::good_reply(ask);
        };
        open();
        put("documents", 1000);
        finish();

        REQUIRE(ended);
        CHECK(sink.count(ending::result) == 1000);
        CHECK(deployment->max_inputs() == 16);
        CHECK(service.batches.size() <= 8 + 1 + 1000 / 16 + 16);
    }

    TEST_CASE_FIXTURE(one_route, "texts of a failed batch are grouped again, not sent one by one")
    {
        service.rule = [](const pipeline::request& ask, int number) -> pipeline::result<pipeline::reply> {
            if (number % 3 == 0) return failure{errc::transient, "try again"}.with_status(500);
            return tests::fake_service::good_reply(ask);
        };
        deployment_settings.max_inputs = 50;
        open();
        put("documents", 1000);
        finish();

        REQUIRE(ended);
        CHECK(sink.count(ending::result) == 1000);
        const auto sent = std::accumulate(service.batches.begin(), service.batches.end(), std::size_t{0});
        CHECK(sent / service.batches.size() >= 20);
    }

    TEST_CASE_FIXTURE(one_route,
                      "a text on which the service fails while it answers others becomes a dead letter")
    {
        service.rule = [](const pipeline::request& ask, int) -> pipeline::result<pipeline::reply> {
            for (const auto piece : ask.pieces) {
                if (piece.find("bad") != std::string_view::npos)
                    return failure{errc::transient, "internal error"}.with_status(500).with_code(
                        "server_error");
            }
            return tests::fake_service::good_reply(ask);
        };
        deployment_settings.max_inputs = 16;
        open();
        source.put("documents", R"({"text":"bad"})");
        for (int i = 0; i < 200; ++i) {
            put("documents", 4, "text " + std::to_string(i) + " ");
            time.advance(1s);
        }
        finish();

        REQUIRE(ended);
        CHECK(sink.count(ending::failed) == 1);
        CHECK(sink.count(ending::result) == 800);
    }
}
