#include "pipeline/carried_headers.hpp"

#include <doctest/doctest.h>

using pipeline::carried_headers;
using pipeline::header;

TEST_CASE("names are carried where they are listed, or begin as a pattern does")
{
    const std::vector<std::string> patterns{"tenant", "x-*"};
    const carried_headers carried{patterns};
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
    const std::vector<std::string> patterns{"*", "b*", "batchmill*"};
    const carried_headers carried{patterns};
    CHECK(carried.take("anything"));
    CHECK(carried.take("batch"));
    CHECK_FALSE(carried.take("batchmill-route"));
    CHECK_FALSE(carried.take("batchmill-set-user"));
}

TEST_CASE("headers go along in their order, with their doubles, before those that are there")
{
    const std::vector<std::string> patterns{"b", "a"};
    pipeline::record source;
    source.headers = {{"a", "1"}, {"c", "2"}, {"b", std::nullopt}, {"a", std::string{"\0\xFF", 2}}};
    std::vector<pipeline::message> messages(2);
    messages[0].headers = {{"batchmill-dimensions", "3"}};
    carried_headers{patterns}.add_to(messages, source);

    CHECK(messages[0].headers == std::vector<header>{{"a", "1"},
                                                     {"b", std::nullopt},
                                                     {"a", std::string{"\0\xFF", 2}},
                                                     {"batchmill-dimensions", "3"}});
    CHECK(messages[1].headers.size() == 3);
}
