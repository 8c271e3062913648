#include "worker/token_schedule.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace std::chrono_literals;
using config::duration;
using config::time_point;
using pipeline::errc;
using pipeline::failure;

namespace {

const time_point start{1h};

struct moments {
    duration earliest;
    duration latest;
};

/// Over many seeds: when a token that came at `start` is fetched anew.
moments refresh_of(duration lifetime, std::optional<duration> refresh_in = std::nullopt)
{
    moments seen{duration::max(), duration::min()};
    for (std::uint64_t seed = 0; seed < 500; ++seed) {
        worker::token_schedule schedule{seed};
        schedule.granted(lifetime, refresh_in, start);
        const auto after = schedule.next_fetch() - start;
        seen = {std::min(seen.earliest, after), std::max(seen.latest, after)};
    }
    return seen;
}

void check_within_a_tenth_before(const moments& seen, duration meant)
{
    CHECK(seen.latest <= meant);
    CHECK(seen.earliest >= meant - meant / 10);
    CHECK(seen.latest - seen.earliest > meant / 20);  // and not all at once
}

}  // namespace

TEST_CASE("a token is due at the beginning, and nothing can be shown")
{
    const worker::token_schedule schedule{1};
    CHECK(schedule.next_fetch() <= start);
    CHECK_FALSE(schedule.is_usable(start));
}

TEST_CASE("a token is fetched anew early, at times that differ between workers")
{
    SUBCASE("when its issuer says") { check_within_a_tenth_before(refresh_of(1h, 30min), 30min); }
    SUBCASE("at half of a long life") { check_within_a_tenth_before(refresh_of(24h), 12h); }
    SUBCASE("five minutes before the end of an hour") { check_within_a_tenth_before(refresh_of(1h), 55min); }
    SUBCASE("at half of a short life") { check_within_a_tenth_before(refresh_of(4min), 2min); }
    SUBCASE("and what the issuer says is passed over where it is beyond the end, or nothing")
    {
        check_within_a_tenth_before(refresh_of(1h, 2h), 55min);
        check_within_a_tenth_before(refresh_of(1h, 0s), 55min);
    }
}

TEST_CASE("a token is shown until a minute before its end, or three quarters of a very short life")
{
    worker::token_schedule schedule{1};
    schedule.granted(1h, std::nullopt, start);
    CHECK(schedule.is_usable(start + 59min - 1s));
    CHECK_FALSE(schedule.is_usable(start + 59min));

    schedule.granted(40s, std::nullopt, start);
    CHECK(schedule.is_usable(start + 29s));
    CHECK_FALSE(schedule.is_usable(start + 30s));
}

TEST_CASE("a token of a moment does not make the issuer be asked all the time")
{
    CHECK(refresh_of(1ms).earliest >= 1s);
}

TEST_CASE("the pause after failures doubles from a second to a minute, and a token ends it")
{
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        worker::token_schedule schedule{seed};
        auto ceiling = duration{1s};
        for (int failures = 1; failures <= 12; ++failures) {
            schedule.failed(failure{errc::transient, "503"}, start);
            const auto pause = schedule.next_fetch() - start;
            CHECK(pause >= 1s);
            CHECK(pause <= ceiling);
            ceiling = std::min<duration>(2 * ceiling, 60s);
        }
        schedule.granted(1h, std::nullopt, start);
        schedule.failed(failure{errc::transient, "503"}, start);
        CHECK(schedule.next_fetch() - start <= 1s);
    }
}

TEST_CASE("what somebody has to mend is asked about once a minute")
{
    worker::token_schedule schedule{1};
    schedule.failed(failure{errc::deployment_stopped, "no such application"}, start);
    CHECK(schedule.next_fetch() == start + 60s);
}

TEST_CASE("the issuer's own wait is kept to")
{
    worker::token_schedule schedule{1};
    schedule.failed(failure{errc::transient, "429"}.with_retry_after(90s), start);
    CHECK(schedule.next_fetch() >= start + 90s);
    CHECK(schedule.next_fetch() <= start + 99s);
}

TEST_CASE("a failure leaves the present token in use")
{
    worker::token_schedule schedule{1};
    schedule.granted(1h, std::nullopt, start);
    schedule.failed(failure{errc::transient, "503"}, start + 55min);
    CHECK(schedule.is_usable(start + 58min));
    CHECK_FALSE(schedule.is_usable(start + 59min));
}

TEST_CASE("a refused token is fetched anew at once, and only where that can help")
{
    worker::token_schedule schedule{1};
    CHECK_FALSE(schedule.refused(start));  // there is none

    schedule.granted(1h, std::nullopt, start);
    CHECK_FALSE(schedule.refused(start + 29s));  // its age is not the reason
    CHECK(schedule.next_fetch() > start + 29s);

    CHECK(schedule.refused(start + 30s));
    CHECK(schedule.next_fetch() <= start + 30s);

    schedule.failed(failure{errc::transient, "503"}, start + 30s);
    CHECK_FALSE(schedule.refused(start + 30s));  // not within the pause
    CHECK(schedule.refused(start + 32s));
}
