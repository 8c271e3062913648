#include "pipeline/vector_fit.hpp"

#include <doctest/doctest.h>

#include "pipeline/vector_norm.hpp"

using pipeline::embedding;
using pipeline::fit_vector;

TEST_CASE("a vector stays as it came where its route asks for nothing")
{
    embedding vector{{3.0f, -4.0f}};
    CHECK_FALSE(fit_vector(vector, {}));
    CHECK(vector.values() == std::vector{3.0f, -4.0f});

    const auto reply = pipeline::shared_bytes::copy_of("AACAPwAAAL8=");
    embedding text{reply, reply.view(), pipeline::vector_text_form::base64, 2};
    CHECK_FALSE(fit_vector(text, {}));
    CHECK(text.text_as(pipeline::vector_text_form::base64).data() == reply.view().data());
}

TEST_CASE("a shortened vector has the length that the whole one had")
{
    config::route_settings route;
    route.keep_dimensions = 2;
    embedding vector{{3.0f, 4.0f, 12.0f}};
    CHECK_FALSE(fit_vector(vector, route));
    const auto& values = vector.values();
    CHECK(vector.dimensions() == 2);
    CHECK(pipeline::norm_of(values) == doctest::Approx(13));
    CHECK(values[0] / values[1] == doctest::Approx(0.75));
}

TEST_CASE("a normalised vector has length one, shortened or not")
{
    config::route_settings route;
    route.normalize = true;
    embedding whole{{3.0f, 4.0f}};
    CHECK_FALSE(fit_vector(whole, route));
    CHECK(whole.values() == std::vector{0.6f, 0.8f});

    route.keep_dimensions = 1;
    embedding shortened{{-3.0f, 4.0f}};
    CHECK_FALSE(fit_vector(shortened, route));
    CHECK(shortened.values() == std::vector{-1.0f});
}

TEST_CASE("a vector that a route cannot use is refused with the reason")
{
    config::route_settings route;
    route.keep_dimensions = 3;
    const auto code_of = [&](std::vector<float> values) {
        embedding vector{std::move(values)};
        const auto why = fit_vector(vector, route);
        REQUIRE(why);
        CHECK(why->reason() == pipeline::errc::refused);
        return why->code();
    };
    CHECK(code_of({1, 2}) == "too_few_dimensions");
    CHECK(code_of({0, 0, 0, 1}) == "zero_vector");
    route.encoding = config::vector_encoding::float16;
    CHECK(code_of({1, 2, 70'000}) == "out_of_range");
}
