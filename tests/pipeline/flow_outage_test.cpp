// A service that is away for an hour, in virtual time.
#include <doctest/doctest.h>

#include <random>

#include "tests/support/flow_rig.hpp"

using namespace std::chrono_literals;
using namespace config::literals;
using pipeline::ending;
using pipeline::errc;
using pipeline::failure;

namespace {

constexpr std::size_t bytes_of_text = 400;  // a hundred tokens

// One route with much more to do than its quota, and a service that fails in the way that the test says.
struct long_outage : tests::flow_rig {
    long_outage()
    {
        deployment_settings.quota.tokens_per_minute = 60'000_tok;
        deployment_settings.max_concurrency = 16;
        budgets.records = 2'000;
        add_route("documents");
    }
    void put_texts(int count)
    {
        for (int i = 0; i < count; ++i)
            source.put("documents", R"({"text":")" + std::string(bytes_of_text, 'x') + R"("})");
    }
    [[nodiscard]] std::size_t calls() const { return service.batches.size(); }
    // Tokens of the calls from the n-th on that were made before `until`.
    [[nodiscard]] double tokens_asked(std::size_t from, config::time_point until) const
    {
        double sum = 0;
        for (auto i = from; i < calls() && service.called_at[i] < until; ++i)
            sum += static_cast<double>(service.batches[i] * bytes_of_text) / 4;
        return sum;
    }
    void go_down(const failure& why)
    {
        service.rule = [why](const pipeline::request&, int) -> pipeline::result<pipeline::reply> {
            return why;
        };
    }
    void come_back() { service.rule = nullptr; }
};

}  // namespace

TEST_SUITE("outages")
{
    TEST_CASE_FIXTURE(long_outage,
                      "an hour without the service: no dead letter, flat memory, and no storm at its end")
    {
        SUBCASE("it answers 503")
        {
            go_down(failure{errc::transient, "service unavailable"}.with_status(503));
        }
        SUBCASE("connections fail") { go_down(failure{errc::transient, "connection refused"}); }
        SUBCASE("calls time out") { go_down(failure{errc::timed_out, "no answer"}); }
        const auto fails = service.rule;
        come_back();
        open();
        put_texts(20'000);
        time.advance(5min);
        const auto done_before = sink.published.size();
        REQUIRE(done_before > 2'500);

        service.rule = fails;
        time.advance(1min);
        const auto read = source.given;
        const auto open_before = flow->open_jobs();
        const auto published = sink.published.size();
        const auto calls_before = calls();
        CHECK(open_before <= budgets.records);
        time.advance(1h);
        CHECK(source.given == read);
        CHECK(flow->open_jobs() == open_before);
        CHECK(sink.published.size() == published);
        CHECK(calls() - calls_before <= 3'600);

        come_back();
        const auto at_return = calls();
        const auto returned_at = time.now();
        time.advance(10s);
        CHECK(sink.published.size() > published);  // back by itself
        constexpr auto permitted = 60'000.0 / 6;
        CHECK(tokens_asked(at_return, returned_at + 10s) <= 1.1 * permitted);
        time.advance(2min);
        CHECK(static_cast<double>(sink.published.size() - published) * 100 >= 0.9 * 2 * 60'000);
        finish();
        REQUIRE(ended);
        CHECK(sink.count(ending::result) == 20'000);
    }

    TEST_CASE_FIXTURE(long_outage, "an hour in which half of the calls fail makes no dead letter either")
    {
        deployment_settings.max_inputs = 1;
        std::minstd_rand random{7};
        service.rule = [&random](const pipeline::request& ask, int) -> pipeline::result<pipeline::reply> {
            if (std::bernoulli_distribution{0.5}(random)) return tests::fake_service::good_reply(ask);
            return failure{errc::transient, "bad gateway"}.with_status(502);
        };
        open();
        put_texts(30'000);
        time.advance(1h);
        CHECK(sink.count(ending::result) > 1'000);
        CHECK(sink.count(ending::failed) == 0);
        come_back();
        finish();
        REQUIRE(ended);
        CHECK(sink.count(ending::result) == 30'000);
    }

    TEST_CASE_FIXTURE(long_outage, "money that is used up stops the deployment loudly and burns no job")
    {
        open();
        put_texts(1'000);
        time.advance(10s);
        const failure no_money = failure{errc::deployment_stopped, "check the account's budget"}
                                     .with_code("insufficient_quota")
                                     .with_status(429);
        go_down(no_money);
        const auto calls_before = calls();
        time.advance(1h);
        CHECK(calls() - calls_before <= 16 + 61);
        const auto told = log.all("deployment changes state");
        REQUIRE_FALSE(told.empty());
        CHECK(told.front().level == config::log_level::error);
        CHECK(told.front().fields.at("state") == "stopped");
        come_back();
        finish();
        REQUIRE(ended);
        CHECK(sink.count(ending::result) == 1'000);
    }
}
