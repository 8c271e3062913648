// In which order outcomes are published, and whose: the flow in virtual time.
#include <doctest/doctest.h>

#include "tests/support/flow_rig.hpp"

using namespace std::chrono_literals;
using pipeline::ending;
using pipeline::errc;
using pipeline::failure;

namespace {

/// One record a call. Calls for texts with "slow" in them fail until the test lets them succeed.
struct calls_of_one : tests::flow_rig {
    calls_of_one()
    {
        deployment_settings.max_inputs = 1;
        service.rule = [this](const pipeline::request& ask, int) -> pipeline::result<pipeline::reply> {
            const auto text = ask.pieces.front();
            if (text.find("slow") != text.npos && !is_quick) return failure{errc::transient, "not yet"};
            if (text.find("bad") != text.npos) return failure{errc::refused, "no"}.with_status(400);
            return tests::fake_service::good_reply(ask);
        };
    }

    void put(const std::string& text, const std::string& key)
    {
        source.put("documents", R"({"text":")" + text + R"("})", key);
    }
    /// The ids of what was published, which are the offsets.
    [[nodiscard]] std::string published() const
    {
        std::string ids;
        for (const auto& each : sink.published) {
            const auto id = tests::header_of(each.messages.front(), "batchmill-outcome-id");
            ids += id.substr(id.rfind('/') + 1) + ' ';
        }
        return ids;
    }

    [[nodiscard]] int answered(const std::string& text) { return service.answered['"' + text + '"']; }

    bool is_quick = false;
};

}  // namespace

TEST_SUITE_BEGIN("order of publication");

TEST_CASE_FIXTURE(calls_of_one, "outcomes of a key wait for the one before, those of other keys do not")
{
    add_route("documents");
    open();
    put("slow", "a");
    put("quick", "a");
    put("quick", "b");
    put("quick", "a");
    put("quick", "");
    time.advance(10s);
    CHECK(published() == "2 4 ");
    CHECK(source.closed == std::set<std::int64_t>{2, 4});
    CHECK(answered("quick") == 4);  // held back, not held up
    is_quick = true;
    finish();
    CHECK(published() == "2 4 0 1 3 ");
}

TEST_CASE_FIXTURE(calls_of_one, "with order none outcomes come as the calls end")
{
    add_route("documents").order = config::order_rule::none;
    open();
    put("slow", "a");
    put("quick", "a");
    time.advance(10s);
    CHECK(published() == "1 ");
    is_quick = true;
    finish();
    CHECK(published() == "1 0 ");
}

TEST_CASE_FIXTURE(calls_of_one, "with order partition everything waits for what was read before")
{
    add_route("documents").order = config::order_rule::partition;
    open();
    put("slow", "a");
    put("quick", "b");
    put("quick", "");
    time.advance(10s);
    CHECK(published().empty());
    is_quick = true;
    finish();
    CHECK(published() == "0 1 2 ");
}

TEST_CASE_FIXTURE(calls_of_one,
                  "no more records of a key are asked for ahead of its first one than the route says")
{
    add_route("documents").order_ahead = 3;
    open();
    put("slow", "a");
    for (int i = 0; i < 20; ++i) put("quick", "a");
    time.advance(1min);
    CHECK(answered("quick") == 3);
    is_quick = true;
    finish();
    CHECK(answered("quick") == 20);
    CHECK(sink.count(ending::result) == 21);
}

TEST_CASE_FIXTURE(calls_of_one,
                  "a dead letter keeps its place and lets its successors go on, as does a deletion")
{
    add_route("documents");
    open();
    put("slow", "a");
    put("bad", "a");
    source.put("documents", std::nullopt, "a");
    put("quick", "a");
    time.advance(10s);
    CHECK(published().empty());
    is_quick = true;
    finish();
    CHECK(published() == "0 1 2 3 ");
    CHECK(sink.count(ending::rejected) == 1);
    CHECK(sink.count(ending::tombstone) == 1);
}

TEST_CASE_FIXTURE(calls_of_one,
                  "outcomes that are held back stop the reading, and never the call that they wait for")
{
    auto& way = add_route("documents");
    way.order = config::order_rule::partition;
    way.order_ahead = 1000;
    // Far less than the records and their outcomes take.
    budgets.record_bytes = config::bytes{256 * 1024};
    open();
    put("slow", "");
    for (int i = 0; i < 400; ++i) put("quick" + std::string(2000, 'x'), "");
    time.advance(10s);
    CHECK(published().empty());
    CHECK(source.given < 400);
    is_quick = true;
    finish();
    CHECK(sink.count(ending::result) == 401);
}

TEST_CASE_FIXTURE(calls_of_one,
                  "what is held back when the process must end stays open with the one before it")
{
    add_route("documents");
    open();
    put("slow", "a");
    put("quick", "a");
    time.advance(10s);
    flow->abandon();
    finish();
    REQUIRE(ended);
    CHECK(published().empty());
    CHECK(source.closed.empty());
    CHECK(source.publishing == 0);
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("claims");

TEST_CASE_FIXTURE(calls_of_one,
                  "outcomes wait while it is undecided whose records they are, and none is bought again")
{
    add_route("documents");
    open();
    for (int i = 0; i < 8; ++i) put("quick", "");
    time.advance(50ms);
    source.suspend();
    time.advance(1min);
    CHECK(published().empty());
    source.decide({});
    finish();
    CHECK(sink.count(ending::result) == 8);
    CHECK(answered("quick") == 8);
    CHECK(counters.bought_again == 0);
    CHECK(counters.open() == 0);
}

TEST_CASE_FIXTURE(calls_of_one,
                  "records that went to another member are not published, and what was not sent is not asked")
{
    add_route("documents");
    deployment_settings.max_concurrency = 2;
    open();
    for (int i = 0; i < 10; ++i) put("quick", "k");
    time.advance(50ms);
    source.suspend();
    CHECK(service.in_flight == 2);
    time.advance(1min);
    CHECK(service.batches.size() == 2);  // nothing is bought that may be somebody else's
    source.decide({0, 1, 2, 3, 4, 5, 6, 7});
    finish();
    CHECK(published() == "8 9 ");
    CHECK(answered("quick") == 4);
    CHECK(counters.given_up == 8);
    CHECK(source.closed == std::set<std::int64_t>{8, 9});
    CHECK(counters.open() == 0);
}

TEST_SUITE_END();
