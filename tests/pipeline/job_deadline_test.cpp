#include "pipeline/job_deadline.hpp"

#include <doctest/doctest.h>

#include <limits>

#include "tests/pipeline/codec_cases.hpp"

using namespace tests;
using namespace std::chrono_literals;

namespace {

config::route_settings route_with(std::optional<config::duration> deadline,
                                  config::deadline_start from = config::deadline_start::read)
{
    auto route = route_of(config::job_form::record, config::operation::embeddings);
    route.deadline = deadline;
    route.deadline_from = from;
    return route;
}

pipeline::result<config::time_point> deadline(const config::route_settings& route,
                                              std::vector<pipeline::header> headers = {})
{
    return pipeline::job_deadline(route, record_of("{}", std::move(headers)), read_at, read_at_ms);
}

}  // namespace

TEST_CASE("a job without a deadline has for ever")
{
    CHECK(*deadline(route_with(std::nullopt)) == config::time_point::max());
}

TEST_CASE("a route's deadline counts from reading, or from the record's timestamp")
{
    CHECK(*deadline(route_with(10s)) == read_at + 10s);
    // The record is five seconds old.
    CHECK(*deadline(route_with(10s, config::deadline_start::timestamp)) == read_at + 5s);
}

TEST_CASE("a record without a timestamp counts from reading")
{
    auto source = record_of("{}");
    source.from.timestamp_ms = -1;
    const auto route = route_with(10s, config::deadline_start::timestamp);
    CHECK(*pipeline::job_deadline(route, source, read_at, read_at_ms) == read_at + 10s);
}

TEST_CASE("a record's own deadline wins over the route's, the last header over earlier ones")
{
    CHECK(*deadline(route_with(10s), {{"batchmill-deadline", "2026-03-01T12:01:00Z"}}) == read_at + 60s);
    CHECK(*deadline(route_with(10s), {{"batchmill-deadline", "soon"},
                                      {"batchmill-deadline", "2026-03-01T12:00:00.5Z"}}) == read_at + 500ms);
    CHECK(*deadline(route_with(10s), {{"batchmill-deadline", "2026-03-01T11:59:59Z"}}) == read_at - 1s);
}

TEST_CASE("a malformed deadline is refused")
{
    for (const auto& value : {std::optional<std::string>{"tomorrow"}, std::optional<std::string>{"60000"},
                              std::optional<std::string>{}})
        CHECK(deadline(route_with(10s), {{"batchmill-deadline", value}}).error().code() ==
              "malformed_deadline");
}

TEST_CASE("a header that we cannot honour yet is refused by name")
{
    const auto refused = deadline(route_with(10s), {{"batchmill-not-before", "2026-03-01T12:01:00Z"}});
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code() == "unsupported_header");
    CHECK(refused.error().detail().find("batchmill-not-before") != std::string::npos);
}

TEST_CASE("other headers of ours are ignored")
{
    CHECK(*deadline(route_with(10s), {{"batchmill-class", "failed"}, {"other", std::nullopt}}) ==
          read_at + 10s);
}

TEST_CASE("times that no clock can say are moved to what it can")
{
    CHECK(*deadline(route_with(std::nullopt), {{"batchmill-deadline", "9999-12-31T23:59:59Z"}}) >
          read_at + 24h * 365);
    CHECK(*deadline(route_with(std::nullopt), {{"batchmill-deadline", "0000-01-01T00:00:00Z"}}) < read_at);
    CHECK(*deadline(route_with(config::duration::max())) > read_at + 24h * 365);
    auto source = record_of("{}");
    source.from.timestamp_ms = std::numeric_limits<std::int64_t>::max();
    const auto route = route_with(config::duration::max(), config::deadline_start::timestamp);
    CHECK(*pipeline::job_deadline(route, source, read_at, read_at_ms) > read_at + 24h * 365);
}

TEST_CASE("a codec puts the deadline into the job")
{
    const auto job = decode(route_with(10s), R"({"body":"x"})");
    CHECK(job->deadline == read_at + 10s);
    CHECK(refusal(decode(route_with(10s), R"({"body":"x"})", {{"batchmill-not-before", "x"}})) ==
          "unsupported_header");
}
