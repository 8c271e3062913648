// What comes in with a record beside its text, over the whole flow in virtual time.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/support/flow_rig.hpp"

using namespace std::chrono_literals;
using pipeline::ending;
using pipeline::header;
using tests::header_of;

namespace {

const std::string trace_a = "4bf92f3577b34da6a3ce929d0e0e4736";
const std::string trace_b = "00000000000000000000000000000abc";

header traceparent(const std::string& trace, const std::string& flags = "01")
{
    return {"traceparent", "00-" + trace + "-00f067aa0ba902b7-" + flags};
}

/// A route of plain texts, whose requests are kept as they were asked.
struct one_route : tests::flow_rig {
    struct asked {
        std::string parameters;
        std::vector<std::string> pieces;
        std::optional<pipeline::trace_context> trace;
    };

    one_route()
    {
        auto& texts = add_route("texts");
        texts.jobs = config::job_form::text;
        texts.text = "{{}}";
        deployment_settings.max_concurrency = 1;
        service.rule = [this](const pipeline::request& ask, int) -> pipeline::result<pipeline::reply> {
            requests.push_back({ask.form->parameters, {ask.pieces.begin(), ask.pieces.end()}, ask.trace});
            return tests::fake_service::good_reply(ask);
        };
    }
    void put_text(const std::string& text, std::vector<header> headers = {})
    {
        source.put("texts", text, "key " + text, std::move(headers));
    }
    /// The request with that text.
    const asked& with(const std::string& text) const
    {
        const auto found = std::find_if(requests.begin(), requests.end(), [&](const asked& each) {
            return std::count(each.pieces.begin(), each.pieces.end(), '"' + text + '"') == 1;
        });
        REQUIRE(found != requests.end());
        return *found;
    }
    std::string trace_with(const std::string& text) const
    {
        constexpr std::array<std::uint8_t, 8> parent{1};
        const auto& trace = with(text).trace;
        return trace ? pipeline::write_traceparent(*trace, parent) : "";
    }

    std::vector<asked> requests;
};

}  // namespace

TEST_SUITE("inputs")
{
    TEST_CASE_FIXTURE(one_route, "plain texts are answered together, and what is none is a dead letter")
    {
        open();
        put_text("first");
        time.settle();
        put_text("second");
        put_text("caf\xE9");
        put_text("third");
        finish();

        CHECK(requests.size() == 2);
        CHECK(with("second").pieces == std::vector<std::string>{"\"second\"", "\"third\""});
        CHECK(sink.of("texts-out").size() == 3);
        const auto dead = sink.of("texts-dead");
        REQUIRE(dead.size() == 1);
        CHECK(dead.front().value == "caf\xE9");
        CHECK(header_of(dead.front(), "batchmill-code") == "invalid_utf8");
        CHECK(header_of(dead.front(), "batchmill-reason") == "is not UTF-8 at byte 3");
    }

    TEST_CASE_FIXTURE(one_route, "records that set a parameter to different values never share a request")
    {
        route_settings.front().overrides = {"user"};
        open();
        put_text("first");
        time.settle();
        put_text("a1", {{"batchmill-set-user", "\"a\""}});
        put_text("b1", {{"batchmill-set-user", "\"b\""}});
        put_text("plain");
        put_text("a2", {{"batchmill-set-user", " \"a\" "}});
        finish();

        CHECK(requests.size() == 4);
        CHECK(with("a1").pieces == std::vector<std::string>{"\"a1\"", "\"a2\""});
        CHECK(with("a1").parameters == R"({"user":"a"})");
        CHECK(with("b1").parameters == R"({"user":"b"})");
        CHECK(with("plain").parameters == "{}");
        CHECK(sink.count(ending::result) == 5);
    }

    TEST_CASE_FIXTURE(one_route, "a dead letter keeps the headers by which it asked, refused or not")
    {
        route_settings.front().overrides = {"user"};
        open();
        put_text("good");
        put_text("refused", {{"batchmill-set-model", "\"x\""}, {"tenant", "one"}});
        put_text("malformed", {{"batchmill-set-user", "x"}});
        put_text("late", {{"batchmill-set-user", "\"x\""}, {"batchmill-deadline", "2020-01-01T00:00:00Z"}});
        finish();

        const auto dead = sink.of("texts-dead");
        REQUIRE(dead.size() == 3);
        CHECK(header_of(dead[0], "batchmill-code") == "override_refused");
        CHECK(header_of(dead[0], "batchmill-set-model") == "\"x\"");
        CHECK(header_of(dead[0], "tenant") == "one");
        CHECK(header_of(dead[1], "batchmill-code") == "malformed_override");
        CHECK(header_of(dead[1], "batchmill-set-user") == "x");
        CHECK(header_of(dead[2], "batchmill-class") == "expired");
        CHECK(header_of(dead[2], "batchmill-set-user") == "\"x\"");
        CHECK(header_of(dead[2], "batchmill-deadline") == "2020-01-01T00:00:00Z");
        CHECK(requests.size() == 1);
    }

    TEST_CASE_FIXTURE(one_route,
                      "vectors of several lengths get into an output only where records may ask for them")
    {
        service.rule = [](const pipeline::request& ask, int) -> pipeline::result<pipeline::reply> {
            auto all = tests::fake_service::good_reply(ask);
            for (auto& each : all.answers)
                each = pipeline::embedding{std::vector<float>(ask.form->dimensions.value_or(4), 1.0F)};
            return all;
        };
        route_settings.front().overrides = {"dimensions"};
        auto& lines = add_route("lines");
        lines.jobs = config::job_form::batch_line;
        open();
        put_text("long");
        put_text("short", {{"batchmill-set-dimensions", "2"}});
        for (const std::string dimensions : {"4", "2"})
            source.put("lines",
                       R"({"custom_id":"a","method":"POST","url":"/v1/embeddings","body":{"input":"x",)"
                       R"("dimensions":)" +
                           dimensions + "}}");
        finish();

        const auto out = sink.of("texts-out");
        REQUIRE(out.size() == 2);
        CHECK(header_of(out[0], "batchmill-dimensions") != header_of(out[1], "batchmill-dimensions"));
        CHECK_FALSE(routes.front().is_stopped());
        CHECK(sink.of("lines-out").size() == 1);
        CHECK(routes.back().is_stopped());
    }

    TEST_CASE_FIXTURE(one_route,
                      "listed headers go along to results and deletions, in order and with doubles")
    {
        route_settings.front().headers = {"tenant", "x-*"};
        const std::vector<header> headers{{"x-b", "1"},    {"other", "2"},
                                          {"tenant", "3"}, {"x-a", std::nullopt},
                                          {"x-b", "4"},    {"batchmill-route", "theirs"}};
        const std::vector<header> carried{{"x-b", "1"}, {"tenant", "3"}, {"x-a", std::nullopt}, {"x-b", "4"}};
        open();
        put_text("text", headers);
        source.put("texts", std::nullopt, "deleted", headers);
        finish();

        const auto out = sink.of("texts-out");
        REQUIRE(out.size() == 2);
        for (const auto& each : out) {
            REQUIRE(each.headers.size() > carried.size());
            CHECK(std::equal(carried.begin(), carried.end(), each.headers.begin()));
            CHECK(header_of(each, "other").empty());
            CHECK(header_of(each, "batchmill-route") == "texts");
        }
    }

    TEST_CASE_FIXTURE(one_route, "a dead letter has each header of its record once, listed or not")
    {
        route_settings.front().headers = {"tenant"};
        open();
        put_text(" ", {{"tenant", "one"}, {"other", "two"}});
        finish();
        const auto dead = sink.of("texts-dead");
        REQUIRE(dead.size() == 1);
        for (const auto& name : {"tenant", "other"})
            CHECK(std::count_if(dead[0].headers.begin(), dead[0].headers.end(),
                                [&](const auto& each) { return each.name == name; }) == 1);
    }

    TEST_CASE_FIXTURE(one_route, "an error line beside a dead letter carries the listed headers too")
    {
        route_settings.front().headers = {"tenant"};
        route_settings.front().output = config::output_form::batch_line;
        route_settings.front().errors = config::error_rule::inline_line;
        open();
        put_text(" ", {{"tenant", "one"}, {"other", "two"}});
        finish();
        const auto lines = sink.of("texts-out");
        REQUIRE(lines.size() == 1);
        CHECK(header_of(lines.front(), "tenant") == "one");
        CHECK(header_of(lines.front(), "other").empty());
        CHECK(sink.of("texts-dead").size() == 1);
    }

    TEST_CASE_FIXTURE(one_route, "a call whose jobs are all of one trace is a part of it")
    {
        open();
        put_text("alone", {traceparent(trace_b, "00")});
        time.settle();
        put_text("a1", {traceparent(trace_a, "00")});
        put_text("a2", {traceparent(trace_a, "01")});
        finish();

        CHECK(trace_with("alone") == "00-" + trace_b + "-0100000000000000-00");
        CHECK(with("a1").pieces.size() == 2);
        CHECK(trace_with("a1") == "00-" + trace_a + "-0100000000000000-01");
    }

    TEST_CASE_FIXTURE(one_route, "a call with jobs of several traces, or with one of none, is a part of none")
    {
        open();
        put_text("none");
        time.settle();
        put_text("a", {traceparent(trace_a)});
        put_text("b", {traceparent(trace_b)});
        time.advance(150ms);
        put_text("c", {traceparent(trace_a)});
        put_text("d");
        finish();

        CHECK(requests.size() == 3);
        CHECK(with("a").pieces.size() == 2);
        CHECK(with("c").pieces.size() == 2);
        for (const auto& text : {"none", "a", "c"}) CHECK(trace_with(text).empty());
    }

    TEST_CASE_FIXTURE(one_route, "a traceparent that is none refuses nothing and goes along as it came")
    {
        const std::string broken = "00-" + trace_a + "\r\nx-injected: 1\r\n-00f067aa0ba902b7-01";
        open();
        put_text("text", {{"traceparent", broken}});
        finish();
        CHECK(trace_with("text").empty());
        REQUIRE(sink.of("texts-out").size() == 1);
        CHECK(header_of(sink.of("texts-out").front(), "traceparent") == broken);
    }
}
