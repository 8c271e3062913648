#include "pipeline/vector_fit.hpp"

#include <doctest/doctest.h>

#include "pipeline/vector_norm.hpp"

using pipeline::fit_vector;

TEST_CASE("a vector stays as it came where its route asks for nothing")
{
    std::vector values{3.0f, -4.0f};
    CHECK_FALSE(fit_vector(values, {}));
    CHECK(values == std::vector{3.0f, -4.0f});
}

TEST_CASE("a shortened vector has the length that the whole one had")
{
    config::route_settings route;
    route.keep_dimensions = 2;
    std::vector values{3.0f, 4.0f, 12.0f};
    CHECK_FALSE(fit_vector(values, route));
    CHECK(values.size() == 2);
    CHECK(pipeline::norm_of(values) == doctest::Approx(13));
    CHECK(values[0] / values[1] == doctest::Approx(0.75));
}

TEST_CASE("a normalised vector has length one, shortened or not")
{
    config::route_settings route;
    route.normalize = true;
    std::vector whole{3.0f, 4.0f};
    CHECK_FALSE(fit_vector(whole, route));
    CHECK(whole == std::vector{0.6f, 0.8f});

    route.keep_dimensions = 1;
    std::vector shortened{-3.0f, 4.0f};
    CHECK_FALSE(fit_vector(shortened, route));
    CHECK(shortened == std::vector{-1.0f});
}

TEST_CASE("a vector that a route cannot use is refused with the reason")
{
    config::route_settings route;
    route.keep_dimensions = 3;
    const auto code_of = [&](std::vector<float> values) {
        const auto why = fit_vector(values, route);
        REQUIRE(why);
        CHECK(why->reason() == pipeline::errc::refused);
        return why->code();
    };
    CHECK(code_of({1, 2}) == "too_few_dimensions");
    CHECK(code_of({0, 0, 0, 1}) == "zero_vector");
    route.encoding = config::vector_encoding::float16;
    CHECK(code_of({1, 2, 70'000}) == "out_of_range");
}
