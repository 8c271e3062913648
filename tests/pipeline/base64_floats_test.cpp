#include "pipeline/base64_floats.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "pipeline/base64.hpp"
#include "pipeline/vector_check.hpp"

using pipeline::look_at_base64_floats;

namespace {

std::vector<float> random_vector(std::size_t size, std::mt19937& random)
{
    std::uniform_real_distribution<float> any{-2, 2};
    std::vector<float> made(size);
    for (auto& each : made) each = any(random);
    return made;
}

std::string base64_of(const std::vector<float>& values)
{
    std::string text;
    pipeline::append_base64(text, std::as_bytes(std::span{values}));
    return text;
}

}  // namespace

TEST_CASE("numbers in base64 are counted and the largest is found, whatever stands behind them")
{
    std::mt19937 random{42};
    for (std::size_t size = 0; size < 300; ++size) {
        CAPTURE(size);
        const auto values = random_vector(size, random);
        const auto text = base64_of(values);
        for (const std::string_view behind : {"", "\"", "\",\"index\":0}", "====", " AAAA", "\\/AAA"}) {
            // What is behind padding cannot be taken for more of it.
            if (behind == "====" && !text.ends_with("==")) continue;
            const auto seen = look_at_base64_floats(text + std::string{behind});
            REQUIRE(seen.has_value());
            CHECK(seen->letters == text.size());
            CHECK(seen->count == size);
            CHECK(seen->largest == pipeline::largest_magnitude(values));
        }
    }
}

TEST_CASE("a number that is not finite is seen wherever it stands")
{
    std::mt19937 random{43};
    for (const auto odd : {std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity(),
                           std::numeric_limits<float>::quiet_NaN()}) {
        for (std::size_t place = 0; place < 100; ++place) {
            auto values = random_vector(100, random);
            values[place] = odd;
            const auto seen = look_at_base64_floats(base64_of(values));
            REQUIRE(seen.has_value());
            CHECK(pipeline::check_magnitude(seen->largest).has_value());
        }
    }
    CHECK(look_at_base64_floats(base64_of(std::vector<float>(100, -0.0f)))->largest == 0);
}

TEST_CASE("a letter of no base64 ends the text, which then is no whole number of floats or shorter")
{
    std::mt19937 random{44};
    const auto text = base64_of(random_vector(60, random));
    for (std::size_t place = 0; place < text.size(); ++place) {
        auto broken = text;
        broken[place] = '-';
        const auto seen = look_at_base64_floats(broken);
        CAPTURE(place);
        CHECK(seen.has_value() == (place % 16 == 0));
        if (seen) CHECK(seen->letters == place);
    }
}

TEST_CASE("what is not strictly base64 of whole numbers is none")
{
    CHECK(look_at_base64_floats("AACAPw==").has_value());
    for (const std::string_view wrong : {"AACAPw=", "AACAPw", "AACAPx==", "AACAPwA=", "AAA=", "A", "="})
        CHECK_FALSE(look_at_base64_floats(wrong).has_value());
}
