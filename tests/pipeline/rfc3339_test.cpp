#include "pipeline/rfc3339.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <random>

using pipeline::read_rfc3339;
using pipeline::rfc3339_text;

TEST_CASE("a moment is written in UTC with milliseconds")
{
    CHECK(rfc3339_text{0}.view() == "1970-01-01T00:00:00.000Z");
    CHECK(rfc3339_text{1'772'366'400'250}.view() == "2026-03-01T12:00:00.250Z");
    CHECK(rfc3339_text{-1}.view() == "1969-12-31T23:59:59.999Z");
}

TEST_CASE("a moment that the form cannot say is clamped")
{
    CHECK(rfc3339_text{std::numeric_limits<std::int64_t>::max()}.view() == "9999-12-31T23:59:59.999Z");
    CHECK(rfc3339_text{std::numeric_limits<std::int64_t>::min()}.view() == "0000-01-01T00:00:00.000Z");
}

TEST_CASE("a moment is read in every spelling of RFC 3339")
{
    CHECK(read_rfc3339("2026-03-01T12:00:00Z") == 1'772'366'400'000);
    CHECK(read_rfc3339("2026-03-01t12:00:00.25z") == 1'772'366'400'250);
    CHECK(read_rfc3339("2026-03-01T12:00:00.2509999Z") == 1'772'366'400'250);
    CHECK(read_rfc3339("2026-03-01T13:30:00+01:30") == 1'772'366'400'000);
    CHECK(read_rfc3339("2026-03-01T07:00:00-05:00") == 1'772'366'400'000);
    CHECK(read_rfc3339("2024-02-29T00:00:00Z") == 1'709'164'800'000);
    CHECK(read_rfc3339("2016-12-31T23:59:60Z") == 1'483'228'800'000);  // a leap second
}

TEST_CASE("what is no moment is not read as one")
{
    for (const auto* text :
         {"", "2026-03-01", "2026-03-01T12:00:00", "2026-03-01 12:00:00Z", "2026-02-29T00:00:00Z",
          "2026-13-01T00:00:00Z", "2026-03-01T24:00:00Z", "2026-03-01T12:60:00Z", "2026-03-01T12:00:61Z",
          "2026-03-01T12:00:00.Z", "2026-03-01T12:00:00+24:00", "2026-03-01T12:00:00+0100",
          "2026-03-01T12:00:00Zx", "26-03-01T12:00:00Z", "+026-03-01T12:00:00Z", "1772366400000",
          "2026-03-01T12:00:00+", "soon"}) {
        CAPTURE(std::string{text});
        CHECK_FALSE(read_rfc3339(text));
    }
}

TEST_CASE("what is written is read back")
{
    const auto seed = std::random_device{}();
    CAPTURE(seed);
    std::mt19937_64 random{seed};
    std::uniform_int_distribution<std::int64_t> moments{-62'000'000'000'000, 253'000'000'000'000};
    for (int round = 0; round < 1000; ++round) {
        const auto moment = moments(random);
        CHECK(read_rfc3339(rfc3339_text{moment}.view()) == moment);
    }
}
