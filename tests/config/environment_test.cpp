#include "config/environment.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/config_loading.hpp"

namespace tests {

TEST_CASE("variables are replaced once, and $${ is a literal ${")
{
    const std::vector<std::pair<std::string, std::string>> rows{
        {"plain", "plain"},
        {"${TOPIC}", "from-environment"},
        {"a-${TOPIC}-b-${TOPIC}", "a-from-environment-b-from-environment"},
        {"${EMPTY}", ""},
        {"$${TOPIC}", "${TOPIC}"},
        {"$", "$"},
        {"$TOPIC {TOPIC} $", "$TOPIC {TOPIC} $"},
    };
    for (const auto& [text, expected] : rows) {
        const auto result = config::expand(text, test_variables());
        REQUIRE_MESSAGE(std::holds_alternative<std::string>(result), text);
        CHECK(std::get<std::string>(result) == expected);
    }
    const auto once = config::expand("${A}", [](std::string_view) { return "${A}"; });
    CHECK(std::get<std::string>(once) == "${A}");
}

TEST_CASE("a variable that is missing or misspelt is named")
{
    const std::vector<std::pair<std::string, std::string>> rows{
        {"ab${NOWHERE}", "environment variable NOWHERE, which is not set"},
        {"${}", "write $${"},
        {"${A B}", "write $${"},
        {"${1A}", "write $${"},
        {"${TOPIC", "write $${"},
        {"${NOT_UTF8}", "NOT_UTF8, whose value is not UTF-8"},
    };
    for (const auto& [text, says] : rows) {
        const auto result = config::expand(text, test_variables());
        REQUIRE_MESSAGE(std::holds_alternative<config::text_error>(result), text);
        CHECK(std::get<config::text_error>(result).message.find(says) != std::string::npos);
    }
}

TEST_CASE("the variables of the process are found by name")
{
    ::setenv("BATCHMILL_TEST_VARIABLE", "here", 1);
    CHECK(config::process_environment()("BATCHMILL_TEST_VARIABLE") == "here");
    ::unsetenv("BATCHMILL_TEST_VARIABLE");
    CHECK_FALSE(config::process_environment()("BATCHMILL_TEST_VARIABLE"));
}

}  // namespace tests
