#include "pipeline/carried_headers.hpp"

#include <doctest/doctest.h>

#include "tests/support/header_lists.hpp"

#include <utility>

using pipeline::carried_headers;
using pipeline::header;

namespace {

config::route_settings carrying(std::vector<std::string> patterns)
{
    config::route_settings route;
    route.headers = std::move(patterns);
    route.dead_letters = "dead";
    return route;
}

}  // namespace

TEST_CASE("names are carried where they are listed, or begin as a pattern does")
{
    const auto route = carrying({"tenant", "x-*"});
    const carried_headers carried{route};
    CHECK(carried.take("tenant"));
    CHECK(carried.take("x-"));
    CHECK(carried.take("x-request"));
    CHECK_FALSE(carried.take("tenants"));
    CHECK_FALSE(carried.take("Tenant"));
    CHECK_FALSE(carried.take("x"));
    CHECK_FALSE(carried.take("y-x-"));
}

TEST_CASE("no pattern carries what says what happened to the message itself")
{
    const auto route = carrying({"*", "b*", "batchmill*"});
    const carried_headers carried{route};
    CHECK(carried.take("anything"));
    CHECK(carried.take("batch"));
    CHECK_FALSE(carried.take("batchmill-route"));
    CHECK_FALSE(carried.take("batchmill-set-user"));
}

TEST_CASE(
    "headers go along in their order, with their doubles, before those that are there, but not to dead "
    "letters")
{
    const auto route = carrying({"b", "a"});
    pipeline::record source;
    source.headers = {{"a", "1"}, {"c", "2"}, {"b", std::nullopt}, {"a", std::string{"\0\xFF", 2}}};
    std::vector<pipeline::message> messages(3);
    messages[0].headers = tests::list_of({{"batchmill-dimensions", "3"}});
    messages[2].topic = "dead";
    carried_headers{route}.add_to(messages, source);

    CHECK(tests::copy_of(messages[0].headers) == std::vector<header>{{"a", "1"},
                                                                     {"b", std::nullopt},
                                                                     {"a", std::string{"\0\xFF", 2}},
                                                                     {"batchmill-dimensions", "3"}});
    CHECK(messages[1].headers.size() == 3);
    CHECK(messages[2].headers.empty());
}
