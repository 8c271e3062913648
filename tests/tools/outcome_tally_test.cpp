#include "tools/reading/outcome_tally.hpp"

#include <doctest/doctest.h>

namespace tests {

using reading::outcome_tally;

TEST_CASE("an id without an outcome is missing and is named")
{
    outcome_tally tally;
    tally.expect("a");
    tally.expect("b");
    tally.count("a", "result");

    CHECK(tally.missing() == 1);
    CHECK(tally.some_missing(10) == std::vector<std::string>{"b"});
    CHECK(tally.some_missing(0).empty());
}

TEST_CASE("an id with two outcomes is doubled, and missing nothing")
{
    outcome_tally tally;
    tally.expect("a");
    tally.count("a", "result");
    tally.count("a", "dead letter");

    CHECK(tally.outcomes() == 2);
    CHECK(tally.distinct() == 1);
    CHECK(tally.doubled() == 1);
    CHECK(tally.missing() == 0);
}

TEST_CASE("an id that nobody sent does not make up for one that is missing")
{
    outcome_tally tally;
    tally.expect("a");
    tally.count("stranger", "result");

    CHECK(tally.missing() == 1);
    CHECK(tally.unexpected() == 1);
}

TEST_CASE("an id that went in twice is expected once")
{
    outcome_tally tally;
    tally.expect("a");
    tally.expect("a");

    CHECK(tally.expected() == 1);
}

TEST_CASE("outcomes are told apart by how they ended")
{
    outcome_tally tally;
    tally.count("a", "result");
    tally.count("b", "result");
    tally.count("c", "dead letter, rejected");

    CHECK(tally.endings().at("result") == 2);
    CHECK(tally.endings().at("dead letter, rejected") == 1);
}

}  // namespace tests
