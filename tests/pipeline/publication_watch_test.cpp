#include "pipeline/publication_watch.hpp"

#include <doctest/doctest.h>

using pipeline::publication_watch;

namespace {

constexpr config::time_point start{std::chrono::hours{1}};
constexpr auto patience = publication_watch::patience;
constexpr config::duration tick{1};

}  // namespace

TEST_CASE("publication is stuck when something is on its way and nothing has ended for too long")
{
    publication_watch watch;
    watch.began(start);
    watch.began(start + patience / 2);
    CHECK_FALSE(watch.is_stuck(start + patience - tick));
    CHECK(watch.is_stuck(start + patience));
}

TEST_CASE("each end of a publication shows that the brokers are there")
{
    publication_watch watch;
    watch.began(start);
    watch.began(start);
    CHECK_FALSE(watch.ended(start + patience / 2));
    CHECK_FALSE(watch.is_stuck(start + patience));
    CHECK(watch.is_stuck(start + patience / 2 + patience));
}

TEST_CASE("the end of what everything waited for is told")
{
    publication_watch watch;
    watch.began(start);
    CHECK(watch.ended(start + 2 * patience));
    CHECK_FALSE(watch.is_stuck(start + 2 * patience));
}

TEST_CASE("publication is not stuck where nothing is on its way, however long ago the last was")
{
    publication_watch watch;
    CHECK_FALSE(watch.is_stuck(start));
    watch.began(start);
    CHECK_FALSE(watch.ended(start));
    CHECK_FALSE(watch.is_stuck(start + 10 * patience));
    watch.began(start + 10 * patience);
    CHECK_FALSE(watch.is_stuck(start + 10 * patience));
}
