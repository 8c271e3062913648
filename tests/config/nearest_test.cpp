#include "config/nearest.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>

namespace tests {

TEST_CASE("the distance counts insertions, losses, changes and swaps, whatever the case")
{
    CHECK(config::edit_distance("", "") == 0);
    CHECK(config::edit_distance("text", "Text") == 0);
    CHECK(config::edit_distance("tex", "text") == 1);
    CHECK(config::edit_distance("etxt", "text") == 1);
    CHECK(config::edit_distance("text", "test") == 1);
    CHECK(config::edit_distance("", "abc") == 3);
    CHECK(config::edit_distance("kitten", "sitting") == 3);
}

TEST_CASE("the nearest known name is suggested, and none where none is near")
{
    const std::array<std::string_view, 4> known{"text", "to", "tombstones", "from"};
    CHECK(config::nearest("tex", known) == "text");
    CHECK(config::nearest("tombstone", known) == "tombstones");
    CHECK(config::nearest("form", known) == "from");
    CHECK(config::nearest("tomb", known) == "tombstones");
    CHECK_FALSE(config::nearest("endpoint", known));
    CHECK_FALSE(config::nearest(std::string(100'000, 't'), known));
    CHECK(config::suggestion("tex", known) == "; did you mean \"text\"?");
    CHECK(config::suggestion("xyz", known).empty());
    CHECK(config::unknown_setting("xyz", known) ==
          "unknown setting; known here: \"text\", \"to\", \"tombstones\", \"from\"");
}

}  // namespace tests
