#include "pipeline/route_health.hpp"

#include <doctest/doctest.h>

using pipeline::route_health;

namespace {

config::route_settings patience(std::size_t stop_after, std::optional<double> share = std::nullopt)
{
    config::route_settings settings;
    settings.stop_after_refusals = stop_after;
    settings.max_dead_letter_share = share;
    return settings;
}

// How many refusals are borne before one is too many; `most` where none is.
int borne(route_health& health, int most, const std::string& code = "invalid_request")
{
    for (int refusals = 0; refusals < most; ++refusals) {
        if (health.refused(code)) return refusals;
    }
    return most;
}

}  // namespace

TEST_CASE("a route that never succeeded stops with the twentieth refusal of one code")
{
    const auto settings = patience(20);
    route_health health{settings};
    CHECK(borne(health, 100) == 19);
}

TEST_CASE("the reason to stop names the code and the setting")
{
    const auto settings = patience(2);
    route_health health{settings};
    CHECK_FALSE(health.refused("bad_dimensions"));
    const auto why = health.refused("bad_dimensions");
    REQUIRE(why);
    CHECK(why->find("bad_dimensions") != std::string::npos);
    CHECK(why->find("none has succeeded") != std::string::npos);
    CHECK(why->find("stop_after_refusals") != std::string::npos);
}

TEST_CASE("refusals for different reasons look like bad records, not like a wrong route")
{
    const auto settings = patience(20);
    route_health health{settings};
    for (int i = 0; i < 1'000; ++i) CHECK_FALSE(health.refused(i % 2 ? "empty_text" : "too_long"));
}

TEST_CASE("after a success ten times as many refusals are borne")
{
    const auto settings = patience(20);
    route_health health{settings};
    health.succeeded();
    CHECK(borne(health, 1'000) == 199);
}

TEST_CASE("a success starts the count again")
{
    const auto settings = patience(2);
    route_health health{settings};
    health.succeeded();
    for (int round = 0; round < 5; ++round) {
        CHECK(borne(health, 19) == 19);
        health.succeeded();
    }
}

TEST_CASE("with stop_after_refusals 0 no number of refusals stops a route")
{
    const auto settings = patience(0);
    route_health health{settings};
    CHECK(borne(health, 5'000) == 5'000);
}

TEST_CASE("dead letters above the configured share of the last 1,000 outcomes stop a route")
{
    const auto settings = patience(0, 0.1);
    route_health health{settings};
    for (int i = 0; i < 899; ++i) health.succeeded();
    CHECK(borne(health, 1'000) == 100);
}

TEST_CASE("before 1,000 outcomes no share is known")
{
    const auto settings = patience(0, 0.1);
    route_health health{settings};
    CHECK(borne(health, 2'000) == 999);
}

TEST_CASE("only the last 1,000 outcomes count")
{
    const auto settings = patience(0, 0.1);
    route_health health{settings};
    CHECK(borne(health, 90) == 90);
    for (int i = 0; i < 1'000; ++i) health.succeeded();
    CHECK(borne(health, 1'000) == 100);
}

TEST_CASE("dead letters exactly at the configured share are allowed")
{
    const auto settings = patience(0, 0.1);
    route_health health{settings};
    for (int i = 0; i < 10'000; ++i) {
        if (i % 10 == 0)
            CHECK_FALSE(health.refused("empty_text"));
        else
            health.succeeded();
    }
}
