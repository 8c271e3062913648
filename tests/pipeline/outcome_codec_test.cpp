#include "pipeline/outcome_codec.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "pipeline/outcome_id.hpp"
#include "tests/pipeline/codec_cases.hpp"
#include "tests/support/header_lists.hpp"

using namespace tests;
using pipeline::ending;
using pipeline::header;

namespace {

config::route_settings route() { return route_of(config::job_form::record, config::operation::embeddings); }

/// All values of that header.
std::vector<std::string> all(const pipeline::message& published, std::string_view name)
{
    std::vector<std::string> values;
    for (const auto& each : published.headers)
        if (each.name == name) values.emplace_back(each.value.value_or("(none)"));
    return values;
}

pipeline::failure refusal_by_the_service()
{
    return pipeline::failure{pipeline::errc::refused, "too long"}
        .with_code("context_length_exceeded")
        .with_status(400)
        .with_request_id("r-9");
}

pipeline::provenance by(std::string deployment, std::string model, std::size_t attempts = 1)
{
    pipeline::provenance answered;
    answered.deployment = std::move(deployment);
    answered.model = std::move(model);
    answered.attempts = attempts;
    return answered;
}

pipeline::message dead_letter(const pipeline::record& source, ending how = ending::rejected)
{
    return write_dead_letter(route(), source, how, refusal_by_the_service(), by("vectors", "", 3),
                             read_at_ms);
}

}  // namespace

TEST_CASE("endings have the words that headers and metrics use")
{
    CHECK(pipeline::name_of(ending::result) == "result");
    CHECK(pipeline::name_of(ending::rejected) == "rejected");
    CHECK(pipeline::name_of(ending::filtered) == "filtered");
    CHECK(pipeline::name_of(ending::expired) == "expired");
    CHECK(pipeline::name_of(ending::failed) == "failed");
    CHECK(pipeline::name_of(ending::tombstone) == "tombstone");
    CHECK(pipeline::name_of(ending::skipped) == "skipped");
}

TEST_CASE("an outcome id is made of the record's coordinates")
{
    CHECK(pipeline::outcome_id(route(), {"topic", 3, 42}) == "documents/topic/3/42");
}

TEST_CASE("a result goes to the route's topic under the record's key and tells its dimensions")
{
    const pipeline::answer_list answers{pipeline::embedding{{1.0f, 2.0f}}};
    const auto written = write_result(route(), record_of("{}"), pipeline::job{}, answers, {}, {});
    REQUIRE(written.has_value());
    const auto& made = *written;
    CHECK(made.topic == "out");
    CHECK(made.key == "key");
    CHECK(made.value->starts_with("{\"id\":"));
    CHECK(tests::copy_of(made.headers) == std::vector<header>{{"batchmill-dimensions", "2"}});
}

TEST_CASE("a tombstone is passed on as one")
{
    const auto made = write_tombstone(route(), record_of("ignored"));
    CHECK(made.topic == "out");
    CHECK(made.key == "key");
    CHECK_FALSE(made.value);
}

TEST_CASE("a dead letter keeps key, value and headers as they came, and says why")
{
    const std::string bytes("\0\xFF not even text", 17);
    const std::vector<header> came{
        {"a", "1"}, {"a", "2"}, {"empty", std::nullopt}, {"batchmill-deadline", "2026-03-01T12:00:00Z"}};
    const auto made = dead_letter(record_of(bytes, came));
    CHECK(made.topic == "dead");
    CHECK(made.key == "key");
    CHECK(made.value == bytes);
    REQUIRE(made.headers.size() > came.size());
    CHECK(std::equal(came.begin(), came.end(), made.headers.begin()));
    CHECK(all(made, "batchmill-class") == strings{"rejected"});
    CHECK(all(made, "batchmill-reason") == strings{"too long"});
    CHECK(all(made, "batchmill-code") == strings{"context_length_exceeded"});
    CHECK(all(made, "batchmill-status") == strings{"400"});
    CHECK(all(made, "batchmill-attempts") == strings{"3"});
    CHECK(all(made, "batchmill-request-id") == strings{"r-9"});
    CHECK(all(made, "batchmill-time") == strings{"2026-03-01T12:00:00.000Z"});
}

TEST_CASE("a failure without status or code leaves those headers out")
{
    const pipeline::failure why{pipeline::errc::expired, "too late"};
    const auto made = write_dead_letter(route(), record_of("x"), ending::expired, why, {}, 0);
    CHECK(all(made, "batchmill-status").empty());
    CHECK(all(made, "batchmill-code").empty());
    CHECK(all(made, "batchmill-request-id").empty());
    CHECK(all(made, "batchmill-class") == strings{"expired"});
}

TEST_CASE("a dead letter that died again carries only what happened last")
{
    auto first = dead_letter(record_of("x", {{"own", "1"}}), ending::failed);
    std::vector<pipeline::message> published{first};
    stamp(published, route(), record_of("x"), by("vectors", "old"));
    const auto again = record_of("x", tests::copy_of(published.front().headers));
    const pipeline::failure why{pipeline::errc::expired, "too late"};
    std::vector<pipeline::message> second{write_dead_letter(route(), again, ending::expired, why, {}, 0)};
    stamp(second, route(), again, {});
    CHECK(all(second.front(), "own") == strings{"1"});
    CHECK(all(second.front(), "batchmill-class") == strings{"expired"});
    CHECK(all(second.front(), "batchmill-status").empty());
    CHECK(all(second.front(), "batchmill-model").empty());
    CHECK(all(second.front(), "batchmill-source") == strings{"documents-in/3/42"});
}

TEST_CASE("every published message tells where it comes from")
{
    std::vector<pipeline::message> published(1);
    stamp(published, route(),
          record_of("x", {{"traceparent", "00-old"}, {"traceparent", "00-new"}, {"own", "1"}}),
          by("vectors", "m-1"));
    const auto& made = published.front();
    CHECK(all(made, "batchmill-format") == strings{"1"});
    CHECK(all(made, "batchmill-route") == strings{"documents"});
    CHECK(all(made, "batchmill-model") == strings{"m-1"});
    CHECK(all(made, "batchmill-deployment") == strings{"vectors"});
    CHECK(all(made, "batchmill-source") == strings{"documents-in/3/42"});
    CHECK(all(made, "batchmill-source-timestamp") == strings{std::to_string(read_at_ms - 5000)});
    CHECK(all(made, "batchmill-outcome-id") == strings{"documents/documents-in/3/42"});
    CHECK(all(made, "traceparent") == strings{"00-new"});
    CHECK(all(made, "own").empty());
}

TEST_CASE("messages of one outcome are numbered")
{
    std::vector<pipeline::message> published(3);
    auto source = record_of("x", {{"traceparent", "00-t"}});
    source.from.timestamp_ms = -1;
    stamp(published, route(), source, {});
    CHECK(all(published[0], "batchmill-outcome-id") == strings{"documents/documents-in/3/42/0"});
    CHECK(all(published[2], "batchmill-outcome-id") == strings{"documents/documents-in/3/42/2"});
    CHECK(all(published[0], "batchmill-source-timestamp").empty());
    CHECK(all(published[0], "batchmill-model").empty());
}

TEST_CASE("a dead letter's trace is not written a second time")
{
    const auto source = record_of("x", {{"traceparent", "00-t"}});
    std::vector<pipeline::message> published{dead_letter(source)};
    stamp(published, route(), source, {});
    CHECK(all(published.front(), "traceparent") == strings{"00-t"});
}
