// What is published for a record that has no answer: dead letters, error lines and tombstones, whole.
#include <doctest/doctest.h>

#include "tests/support/form_cell.hpp"
#include "tests/support/form_run.hpp"

using pipeline::errc;
using pipeline::failure;
using strings = std::vector<std::string>;

namespace {

const std::string trace = "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/// The headers of all that is published for the record of these tests, and further ones.
std::string headers_with(strings further, const std::string& number = "")
{
    strings all{"batchmill-format: 1",
                "batchmill-outcome-id: forms/in/0/0" + number,
                "batchmill-route: forms",
                "batchmill-source-timestamp: 1700000000000",
                "batchmill-source: in/0/0",
                "tenant: blue",
                trace};
    all.insert(all.end(), further.begin(), further.end());
    return tests::sorted_lines(std::move(all));
}

/// A route of embeddings, from batch lines to batch lines, with its errors among them.
struct lines_of_a_batch : tests::form_run {
    lines_of_a_batch() : form_run{cell.configuration()} {}

    /// The dead letter and the error line of the one record.
    const std::vector<pipeline::message>& ended(const std::string& name, pipeline::ending how)
    {
        REQUIRE(sink.published.size() == 1);
        CHECK(sink.published.front().how == how);
        REQUIRE(sink.published.front().messages.size() == 2);
        tests::keep_for_schemas(name, "embeddings", "batch_line", sink.published);
        return sink.published.front().messages;
    }

    static constexpr tests::form_cell cell{.in = config::job_form::batch_line,
                                           .out = config::output_form::batch_line};
    const std::string line =
        R"({"custom_id":"doc-17","method":"POST","url":"/v1/embeddings","body":{"input":"A chair."}})";
};

}  // namespace

TEST_CASE(
    "a record that cannot be understood is published as it was, and as an error line without a response")
{
    lines_of_a_batch mill;
    mill.take("not JSON");
    const auto& messages = mill.ended("not JSON", pipeline::ending::rejected);
    const std::string reason = "is not JSON at byte 1: Invalid value.";
    CHECK(messages[0].topic == "dead");
    CHECK(messages[0].value == "not JSON");
    CHECK(mill.headers_of(messages[0]) ==
          headers_with({"batchmill-attempts: 0", "batchmill-class: rejected", "batchmill-code: not_json",
                        "batchmill-reason: " + reason, "batchmill-time: TIME"},
                       "/0"));
    CHECK(messages[1].topic == "out");
    CHECK(mill.value_of(messages[1]) ==
          R"({"id":"batch_req_forms/in/0/0","custom_id":"forms/in/0/0","response":null,)"
          R"("error":{"code":"not_json","message":")" +
              reason + R"("}})");
    CHECK(mill.headers_of(messages[1]) == headers_with({}, "/1"));
}

TEST_CASE("a record that the service refuses is published with its status, code and request id")
{
    lines_of_a_batch mill;
    mill.refuse_with(failure{errc::refused, "too long"}
                         .with_code("context_length_exceeded")
                         .with_status(400)
                         .with_request_id("request-7"));
    mill.take(mill.line, {{"batchmill-deadline", "2100-01-01T00:00:00Z"}, {"empty", std::nullopt}});
    const auto& messages = mill.ended("refused", pipeline::ending::rejected);
    CHECK(mill.headers_of(messages[0]) ==
          headers_with(
              {"batchmill-attempts: 1", "batchmill-class: rejected",
               "batchmill-code: context_length_exceeded", "batchmill-deadline: 2100-01-01T00:00:00Z",
               "batchmill-deployment: there", "batchmill-reason: too long", "batchmill-request-id: request-7",
               "batchmill-status: 400", "batchmill-time: TIME", "empty: (none)"},
              "/0"));
    CHECK(
        mill.value_of(messages[1]) ==
        R"({"id":"batch_req_forms/in/0/0","custom_id":"doc-17","response":{"status_code":400,)"
        R"("request_id":"request-7","body":{"error":{"code":"context_length_exceeded","message":"too long"}}},)"
        R"("error":null})");
}

TEST_CASE("a record that the content filter refuses is published as filtered")
{
    lines_of_a_batch mill;
    mill.refuse_with(failure{errc::filtered, "blocked"}.with_code("content_filter").with_status(400));
    mill.take(mill.line);
    const auto& messages = mill.ended("filtered", pipeline::ending::filtered);
    CHECK(tests::header_of(messages[0], "batchmill-class") == "filtered");
}

TEST_CASE("a record past its deadline is published as expired")
{
    lines_of_a_batch mill;
    mill.answer_with("");
    mill.take(mill.line, {{"batchmill-deadline", "2000-01-01T00:00:00Z"}});
    const auto& messages = mill.ended("expired", pipeline::ending::expired);
    CHECK(tests::header_of(messages[0], "batchmill-code") == "deadline_exceeded");
}

TEST_CASE("a record that the service fails on again and again is published as failed")
{
    lines_of_a_batch mill;
    mill.service.rule = [](const pipeline::request& ask, int) -> pipeline::result<pipeline::reply> {
        if (ask.pieces.front() != R"("A chair.")") return tests::fake_service::good_reply(ask);
        return failure{errc::transient, "no array"}.with_code("missing_data").with_status(200);
    };
    mill.deployment_settings.max_inputs = 1;
    mill.open();
    mill.source.put("in", mill.line);
    // An attempt counts only where somebody else was answered meanwhile.
    for (int i = 0; i < 50; ++i) {
        auto other = mill.line;
        mill.source.put("in", other.replace(other.find("A chair."), 8, "chair " + std::to_string(i)));
        mill.time.advance(std::chrono::seconds{1});
    }
    mill.finish();
    const auto letters = mill.sink.of("dead");
    REQUIRE(letters.size() == 1);
    CHECK(tests::header_of(letters[0], "batchmill-class") == "failed");
    tests::keep_for_schemas("failed", "embeddings", "batch_line", mill.sink.published);
}

TEST_CASE("a dead letter that does not fit into its topic is published without its value")
{
    tests::form_run mill{tests::form_cell{}.configuration()};
    mill.sink.largest_message = 10;
    mill.take(R"({"id":"doc-17","title":"no text"})");
    REQUIRE(mill.sink.published.size() == 1);
    const auto& letter = mill.sink.published.front().messages.front();
    CHECK_FALSE(letter.value);
    CHECK(tests::header_of(letter, "batchmill-value") == "omitted");
    tests::keep_for_schemas("omitted", "embeddings", "result", mill.sink.published);
}

TEST_CASE("a record without a value is published without one, under headers that say where it stood")
{
    tests::form_run mill{tests::form_cell{}.configuration()};
    mill.take(std::nullopt);
    REQUIRE(mill.sink.published.size() == 1);
    const auto& message = mill.sink.published.front().messages.front();
    CHECK(message.topic == "out");
    CHECK(message.key == "key");
    CHECK_FALSE(message.value);
    CHECK(mill.headers_of(message) == headers_with({}));
    tests::keep_for_schemas("deleted", "embeddings", "result", mill.sink.published);
}
