#include "pipeline/value_memory.hpp"

#include <doctest/doctest.h>

#include <vector>

using pipeline::value_memory;

TEST_CASE("the memory of a value is empty and has the room that was asked for, whoever had it before")
{
    for (const std::size_t size : {0u, 10u, 5000u, 9000u, 9000u, 200'000u, 5000u, 20'000u}) {
        auto value = value_memory::take(size);
        CHECK(value.empty());
        CHECK(value.capacity() >= size);
        value.assign(size, 'x');
        value_memory::give_back(std::move(value));
    }
}

TEST_CASE("what values leave behind is bounded, and serves the next ones")
{
    constexpr std::size_t size = 10'000;
    std::vector<std::string> values;
    for (int i = 0; i < 2000; ++i) values.push_back(value_memory::take(size));
    for (auto& each : values) value_memory::give_back(std::move(each));
    const auto idle = value_memory::idle_bytes();
    CHECK(idle <= 8u * 1024 * 1024);

    auto again = value_memory::take(size);
    CHECK(value_memory::idle_bytes() == (idle == 0 ? 0 : idle - again.capacity()));
    value_memory::give_back(std::move(again));
    CHECK(value_memory::idle_bytes() == idle);
}

TEST_CASE("values that are small or huge leave nothing behind")
{
    const auto before = value_memory::idle_bytes();
    value_memory::give_back(std::string(100, 'x'));
    value_memory::give_back(std::string(1'000'000, 'x'));
    CHECK(value_memory::idle_bytes() == before);
}
