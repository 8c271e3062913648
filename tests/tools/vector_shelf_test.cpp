#include "tools/reading/vector_shelf.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <stdexcept>

namespace tests {

using reading::vector_shelf;

TEST_CASE("the nearest neighbour is the one with the smallest angle, however long its vector")
{
    vector_shelf shelf;
    shelf.add("asked", {1, 0});
    shelf.add("across", {0, 1});
    shelf.add("near and long", {100, 10});
    shelf.add("opposite", {-1, 0});

    const auto near = shelf.nearest(0, 3);
    REQUIRE(near.size() == 3);
    CHECK(shelf.id(near[0].place) == "near and long");
    CHECK(shelf.id(near[1].place) == "across");
    CHECK(shelf.id(near[2].place) == "opposite");
    CHECK(near[2].cosine == doctest::Approx(-1));
}

TEST_CASE("nobody is a neighbour of itself")
{
    vector_shelf shelf;
    shelf.add("alone", {1, 2});

    CHECK(shelf.nearest(0, 3).empty());
}

TEST_CASE("the best accompanied are those with the nearest neighbours")
{
    vector_shelf shelf;
    shelf.add("lonely", {0, 0, 1});
    shelf.add("twin", {1, 1, 0});
    shelf.add("other twin", {2, 2, 0});
    shelf.add("cousin", {1, 0.5F, 0});

    const auto places = shelf.best_accompanied(2, 100);
    REQUIRE(places.size() == 2);
    CHECK(shelf.id(places[0]).ends_with("twin"));
    CHECK(shelf.id(places[1]).ends_with("twin"));
    CHECK(vector_shelf{}.best_accompanied(2, 100).empty());
}

TEST_CASE("a vector that cannot be compared is refused")
{
    vector_shelf shelf;
    shelf.add("first", {1, 2});

    CHECK_THROWS_AS(shelf.add("longer", {1, 2, 3}), std::runtime_error);
    CHECK_THROWS_AS(shelf.add("zero", {0, 0}), std::runtime_error);
    CHECK_THROWS_AS(shelf.add("endless", {std::numeric_limits<float>::infinity(), 0}), std::runtime_error);
}

}  // namespace tests
