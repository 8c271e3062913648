#include "worker/instance_name.hpp"

#include <doctest/doctest.h>

#include <unistd.h>

#include <optional>

using worker::instance_name;

TEST_CASE("an instance has the name that was configured")
{
    CHECK(instance_name{"worker-7", "g"}.text() == "worker-7");
}

TEST_CASE("processes of a host and a group have different names, and a name that came free is used again")
{
    const std::string group = "a group of this test/" + std::to_string(::getpid());
    std::optional<instance_name> first{std::in_place, std::nullopt, group};
    const instance_name second{std::nullopt, group};
    CHECK(first->text() != second.text());
    const auto name = first->text();
    first.reset();
    CHECK(instance_name{std::nullopt, group}.text() == name);
}
