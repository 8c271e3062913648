#include "pipeline/backoff.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace std::chrono_literals;
using pipeline::backoff;

TEST_CASE("the ceiling of a pause doubles with each failure, up to a minute")
{
    backoff pause{7};
    for (int failures = 1; failures <= 200; ++failures) {
        const auto ceiling = failures <= 7 ? 500ms * (1 << (failures - 1)) : config::duration{60s};
        for (int draw = 0; draw < 50; ++draw) {
            const auto drawn = pause.after(failures);
            REQUIRE(drawn <= ceiling);
            REQUIRE(drawn >= ceiling / 10);
        }
    }
}

TEST_CASE("workers that failed together do not come back together")
{
    std::set<config::duration> pauses;
    for (std::uint64_t seed = 0; seed < 100; ++seed) pauses.insert(backoff{seed}.after(3));
    CHECK(pauses.size() == 100);
    CHECK(*pauses.rbegin() - *pauses.begin() > 1s);
}

TEST_CASE("what the service asks for is never cut short, and a tenth is added at most")
{
    backoff pause{7};
    for (const config::duration asked :
         {config::duration{1ms}, config::duration{2s}, config::duration{2min}}) {
        for (int draw = 0; draw < 100; ++draw) {
            const auto drawn = pause.after_request_to_wait(asked);
            REQUIRE(drawn >= asked);
            REQUIRE(drawn <= asked + asked / 10);
        }
    }
}
