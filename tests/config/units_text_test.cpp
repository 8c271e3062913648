#include "config/units_text.hpp"

#include <doctest/doctest.h>

#include <string>

namespace tests {

using namespace std::chrono_literals;
using namespace config::literals;

TEST_CASE("a time is a whole number and a unit")
{
    CHECK(config::parse_duration("500ms") == 500ms);
    CHECK(config::parse_duration("25s") == 25s);
    CHECK(config::parse_duration("10m") == 10min);
    CHECK(config::parse_duration("2h") == 2h);
    CHECK(config::parse_duration("0s") == 0s);
    for (const std::string text : {"", "s", "25", "25 s", "-1s", "+1s", "1.5s", "1h30m", "1d", "1S",
                                   "99999999999999h", "99999999999999999999s"})
        CHECK_MESSAGE(!config::parse_duration(text), text);
}

TEST_CASE("a size is a whole number and a binary unit")
{
    CHECK(config::parse_size("512B") == 512_B);
    CHECK(config::parse_size("64KiB") == 64_KiB);
    CHECK(config::parse_size("256MiB") == 256_MiB);
    CHECK(config::parse_size("1GiB") == 1024_MiB);
    for (const std::string text : {"", "MiB", "1", "1MB", "1 MiB", "-1B", "9999999999999GiB"})
        CHECK_MESSAGE(!config::parse_size(text), text);
}

TEST_CASE("times and sizes are printed as an operator would write them")
{
    CHECK(config::to_text(config::duration{90s}) == "90s");
    CHECK(config::to_text(config::duration{2h}) == "2h");
    CHECK(config::to_text(config::duration{1500ms}) == "1500ms");
    CHECK(config::to_text(config::duration{0s}) == "0s");
    CHECK(config::to_text(256_MiB) == "256MiB");
    CHECK(config::to_text(1024_MiB) == "1GiB");
    CHECK(config::to_text(1000_B) == "1000B");
}

}  // namespace tests
