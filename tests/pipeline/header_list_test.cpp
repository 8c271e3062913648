#include "pipeline/header_list.hpp"

#include <doctest/doctest.h>

#include <iterator>

#include "tests/support/header_lists.hpp"

using pipeline::header;
using pipeline::header_list;
using pipeline::header_view;

TEST_CASE("headers stay in their order, doubled, empty and without a value")
{
    const std::vector<header> some{
        {"b", "1"}, {"a", ""}, {"b", std::nullopt}, {"", std::string{"\0\xFF", 2}}};
    const auto list = tests::list_of(some);
    CHECK(tests::copy_of(list) == some);
    CHECK(list.size() == 4);
    CHECK(*list.begin() == header_view{"b", "1"});
    CHECK(*std::next(list.begin(), 2) == some[2]);
    CHECK(list.bytes() == 6);
    CHECK(header_list{}.empty());
}

TEST_CASE("a header whose value is not known is not added")
{
    auto list = tests::list_of({{"a", "1"}, {"b", "2"}});
    list.add_if_known("b", "");
    list.add_if_known("c", "");
    list.add_if_known("d", "3");
    CHECK(tests::copy_of(list) == std::vector<header>{{"a", "1"}, {"b", "2"}, {"d", "3"}});
    CHECK(list.contains("b"));
    CHECK_FALSE(list.contains("c"));
}

TEST_CASE("more headers than usual are as good, and copies stand alone")
{
    header_list list;
    std::vector<header> expected;
    for (int i = 0; i < 100; ++i) {
        expected.push_back({"name " + std::to_string(i), std::string(100, 'v')});
        list.add(expected.back());
    }
    const auto copy = list;
    list.add("name 0", "x");
    CHECK(tests::copy_of(copy) == expected);
}
