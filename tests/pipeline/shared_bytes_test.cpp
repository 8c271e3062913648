#include "pipeline/shared_bytes.hpp"

#include <doctest/doctest.h>

#include <string>

using pipeline::byte_pool;
using pipeline::shared_bytes;

namespace {

constexpr std::size_t kibibyte = 1024;

}  // namespace

TEST_CASE("copies share their bytes, and the last one gives them back")
{
    byte_pool pool{1024 * kibibyte};
    auto first = pool.take(5);
    std::string{"hello"}.copy(first.data(), 5);
    auto second = first;
    first = shared_bytes{};
    CHECK(second.view() == "hello");
    CHECK(pool.idle_bytes() == 0);
    auto third = std::move(second);
    CHECK(third.view() == "hello");
    third = shared_bytes::copy_of("other");
    CHECK(third.view() == "other");
    CHECK(pool.idle_bytes() == 64 * kibibyte);
}

TEST_CASE("memory that came back serves the next answer of about that size")
{
    byte_pool pool{1024 * kibibyte};
    const auto* where = pool.take(500 * kibibyte).data();
    CHECK(pool.take(500 * kibibyte).data() == where);
    CHECK(pool.take(490 * kibibyte).data() == where);
    CHECK(pool.take(600 * kibibyte).data() != where);
    CHECK(pool.take(10).data() != where);
}

TEST_CASE("no more than the bound is kept, and what was used last is kept longest")
{
    byte_pool pool{256 * kibibyte};
    const auto hold = [&](std::size_t size) { return pool.take(size * kibibyte); };
    {
        const auto a = hold(128);
        const auto b = hold(64);
        const auto c = hold(128);
    }
    // They went in the reverse order: c, b, a. With a the bound was passed, and c had been idle longest.
    CHECK(pool.idle_bytes() == 192 * kibibyte);
    {
        const auto too_large = hold(512);
    }
    CHECK(pool.idle_bytes() == 0);
}

TEST_CASE("the room behind the bytes may be read")
{
    const auto text = shared_bytes::copy_of("x");
    const std::string_view behind{text.view().data() + 1, shared_bytes::room_behind};
    CHECK(behind == std::string(shared_bytes::room_behind, '\0'));
}

TEST_CASE("nothing has no bytes")
{
    shared_bytes none;
    CHECK(none.size() == 0);
    CHECK(none.view().empty());
    CHECK(none.data() == nullptr);
    CHECK(shared_bytes::copy_of("").view().empty());
}
