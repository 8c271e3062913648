// How texts are put together, over the whole flow in virtual time.
#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>

#include "tests/support/flow_rig.hpp"

using namespace std::chrono_literals;
using namespace config::literals;
using pipeline::ending;
using pipeline::errc;
using pipeline::failure;

namespace {

struct one_route : tests::flow_rig {
    one_route() { add_route("documents"); }
};

double mean(const std::vector<std::size_t>& sizes)
{
    const auto sum = std::accumulate(sizes.begin(), sizes.end(), std::size_t{0});
    return static_cast<double>(sum) / static_cast<double>(sizes.size());
}

}  // namespace

TEST_SUITE("grouping")
{
    TEST_CASE_FIXTURE(one_route, "an idle worker sends a single text at once")
    {
        open();
        put("documents", 1);
        time.settle();
        REQUIRE(service.called_at.size() == 1);
        CHECK(service.called_at.front() == time.now());
        finish();
    }

    TEST_CASE_FIXTURE(one_route, "under load batches fill up to max_inputs")
    {
        deployment_settings.max_inputs = 256;
        open();
        put("documents", 60'000);
        finish();

        CHECK(sink.count(ending::result) == 60'000);
        CHECK(mean(service.batches) >= 0.9 * 256);
        CHECK(*std::max_element(service.batches.begin(), service.batches.end()) == 256);
        CHECK(service.most_in_flight == 8);
    }

    TEST_CASE_FIXTURE(one_route, "a server that is no faster with more calls is not given more")
    {
        deployment_settings.min_concurrency = 1;
        deployment_settings.max_concurrency = 64;
        deployment_settings.max_inputs = 16;
        service.line = simulator::work_line{4};
        open();
        put("documents", 60'000);
        finish();

        CHECK(sink.count(ending::result) == 60'000);
        CHECK(deployment->slots().most() >= 4);
        CHECK(deployment->slots().most() <= 8);
        CHECK(service.most_in_flight <= 12);
        // 3,750 calls of 100 ms, four at a time.
        CHECK(service.called_at.back() - service.called_at.front() < 94s * 11 / 10);
    }

    TEST_CASE_FIXTURE(one_route,
                      "no batch is cut while the gates are closed: what came meanwhile travels together")
    {
        deployment_settings.max_concurrency = 1;
        open();
        for (int i = 0; i < 50; ++i) {
            put("documents", 1, "text " + std::to_string(i) + " ");
            time.advance(1ms);
        }
        finish();
        CHECK(service.batches == std::vector<std::size_t>{1, 49});
    }

    TEST_CASE_FIXTURE(one_route,
                      "texts of two topics and routes travel in one request when their shape is equal")
    {
        add_route("notes");
        deployment_settings.max_concurrency = 1;
        open();
        put("documents", 1, "first ");
        time.advance(1ms);
        put("documents", 3, "document ");
        put("notes", 4, "note ");
        finish();

        CHECK(service.batches == std::vector<std::size_t>{1, 7});
        CHECK(sink.of("documents-out").size() == 4);
        CHECK(sink.of("notes-out").size() == 4);
    }

    TEST_CASE_FIXTURE(one_route, "texts whose requests differ in a parameter never share one")
    {
        add_route("notes").parameters = R"({"user":"tenant-7"})";
        deployment_settings.max_concurrency = 1;
        open();
        put("documents", 1, "first ");
        time.advance(1ms);
        put("documents", 3, "document ");
        put("notes", 4, "note ");
        finish();

        auto sizes = service.batches;
        std::sort(sizes.begin(), sizes.end());
        CHECK(sizes == std::vector<std::size_t>{1, 3, 4});
    }

    TEST_CASE_FIXTURE(one_route, "a batch is cut by estimated tokens before the sum of its texts is refused")
    {
        deployment_settings.max_request_tokens = 1'000_tok;
        std::size_t most_bytes = 0;
        service.rule = [&](const pipeline::request& ask, int) -> pipeline::result<pipeline::reply> {
            std::size_t sum = 0;
            for (const auto piece : ask.pieces) sum += piece.size();
            most_bytes = std::max(most_bytes, sum);
            return tests::fake_service::good_reply(ask);
        };
        open();
        put("documents", 200, std::string(400, 'x'));  // about 101 tokens each
        finish();

        CHECK(sink.count(ending::result) == 200);
        CHECK(most_bytes <= 4 * 1'000 + 100);
        CHECK(mean(service.batches) > 5);
    }

    TEST_CASE_FIXTURE(one_route, "a batch is cut by the bytes of its request")
    {
        deployment_settings.max_request_bytes = 10_KiB;
        open();
        put("documents", 100, std::string(1'000, 'x'));
        finish();

        CHECK(sink.count(ending::result) == 100);
        CHECK(*std::max_element(service.batches.begin(), service.batches.end()) <= 10);
    }

    TEST_CASE_FIXTURE(one_route,
                      "a text above every limit of a request still goes, alone, and the service decides")
    {
        deployment_settings.max_request_tokens = 100_tok;
        open();
        put("documents", 1, std::string(10'000, 'x'));
        put("documents", 3);
        finish();
        CHECK(sink.count(ending::result) == 4);
    }

    TEST_CASE_FIXTURE(one_route, "a request above the whole quota passes alone instead of waiting for ever")
    {
        deployment_settings.quota.tokens_per_minute = 100_tok;
        open();
        put("documents", 1, std::string(4'000, 'x'));
        finish(1h);
        CHECK(ended);
        CHECK(sink.count(ending::result) == 1);
    }

    TEST_CASE_FIXTURE(one_route, "with a quota the charges stay within it over every minute")
    {
        deployment_settings.quota.tokens_per_minute = 14'000_tok;
        std::vector<std::pair<config::time_point, std::size_t>> sent;
        service.rule = [&](const pipeline::request& ask, int) -> pipeline::result<pipeline::reply> {
            std::size_t bytes = 0;
            for (const auto piece : ask.pieces) bytes += piece.size() - 2;
            sent.emplace_back(time.now(), (bytes + 3) / 4);
            auto all = tests::fake_service::good_reply(ask);
            all.used = {};  // not billed: the estimate stands
            return all;
        };
        open();
        put("documents", 700, std::string(396, 'x'));  // about 100 tokens each: five minutes of quota
        finish();

        CHECK(sink.count(ending::result) == 700);
        for (const auto& [start, ignored] : sent) {
            std::size_t in_a_minute = 0;
            for (const auto& [at, tokens] : sent)
                in_a_minute += at >= start && at < start + 1min ? tokens : 0;
            CHECK(in_a_minute <= 14'000);
        }
    }

    TEST_CASE_FIXTURE(one_route, "each text of a job gets its own answer although its batch was cut in two")
    {
        route_settings.front().text = "/texts";
        deployment_settings.max_inputs = 3;
        open();
        source.put("documents", R"({"texts":["a","bb","ccc","dddd","eeeee"]})");
        finish();

        const auto results = sink.of("documents-out");
        REQUIRE(results.size() == 1);
        CHECK(results[0].value->find(R"("vectors":[[3],[4],[5],[6],[7]])") != std::string::npos);
    }

    TEST_CASE_FIXTURE(one_route, "usage of a request is shared out over its jobs and sums up exactly")
    {
        deployment_settings.max_concurrency = 1;
        service.rule = [](const pipeline::request& ask, int) -> pipeline::result<pipeline::reply> {
            auto all = tests::fake_service::good_reply(ask);
            all.used = {1'001, 0, 1'001};
            return all;
        };
        open();
        put("documents", 1);
        time.advance(1ms);
        put("documents", 9, "some longer text ");
        finish();

        std::int64_t sum = 0;
        for (const auto& each : sink.published) sum += each.by.used.total_tokens;
        CHECK(service.batches.size() == 2);
        CHECK(sum == 2 * 1'001);
    }

    TEST_CASE_FIXTURE(one_route, "empty and blank texts are answered without a call, and fail no neighbour")
    {
        route_settings.front().stop_after_refusals = 0;
        open();
        source.put("documents", R"({"text":""})");
        source.put("documents", R"({"text":"  \n\t "})");
        put("documents", 2);
        finish();

        CHECK(sink.count(ending::rejected) == 2);
        CHECK(sink.count(ending::result) == 2);
        for (const auto& letter : sink.of("documents-dead"))
            CHECK(tests::header_of(letter, "batchmill-code") == "empty_text");
        CHECK(service.asked.size() == 2);
    }

    TEST_CASE_FIXTURE(one_route, "chat never shares a request")
    {
        auto& chat = route_settings.front();
        chat.asks = config::operation::chat;
        chat.text.clear();
        chat.messages = {{"user", "/text"}};
        open();
        put("documents", 20);
        finish();
        CHECK(sink.count(ending::result) == 20);
        CHECK(service.batches == std::vector<std::size_t>(20, 1));
    }
}
