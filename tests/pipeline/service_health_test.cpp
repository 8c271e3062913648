#include "pipeline/service_health.hpp"

#include <doctest/doctest.h>

namespace {

// One failure, and so many answers, again and again.
bool is_well_with_answers_for_a_failure(int answers)
{
    pipeline::service_health service;
    for (int failures = 0; failures < 1'000; ++failures) {
        service.failed();
        for (int i = 0; i < answers; ++i) service.answered();
    }
    return service.is_well();
}

}  // namespace

TEST_CASE("a service is well as long as no more than one call in eleven fails")
{
    CHECK(is_well_with_answers_for_a_failure(11));
    CHECK(is_well_with_answers_for_a_failure(10));
    CHECK_FALSE(is_well_with_answers_for_a_failure(9));
    CHECK_FALSE(is_well_with_answers_for_a_failure(1));
}

TEST_CASE("a few failures among many answers are forgiven, and many are not forgiven at once")
{
    pipeline::service_health service;
    for (int i = 0; i < 4; ++i) service.failed();
    CHECK(service.is_well());
    for (int i = 0; i < 100; ++i) service.failed();
    CHECK_FALSE(service.is_well());
    for (int i = 0; i < 49; ++i) service.answered();
    CHECK_FALSE(service.is_well());
    for (int i = 0; i < 3; ++i) service.answered();
    CHECK(service.is_well());
}
