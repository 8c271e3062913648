#include "pipeline/frame_memory.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <thread>
#include <vector>

using pipeline::frame_memory;

TEST_CASE("frames of all sizes are apart from each other, and may be written to their end")
{
    std::vector<std::pair<void*, std::size_t>> frames;
    for (const auto round : {1, 2}) {
        for (const std::size_t size : {1u, 63u, 64u, 65u, 500u, 4000u, 4095u, 4096u, 10'000u, 64u, 64u}) {
            frames.emplace_back(frame_memory::take(size), size);
            std::memset(frames.back().first, round, size);
        }
        for (const auto& [frame, size] : frames) {
            CHECK(static_cast<const char*>(frame)[0] == round);
            CHECK(static_cast<const char*>(frame)[size - 1] == round);
            frame_memory::give_back(frame, size);
        }
        frames.clear();
    }
}

TEST_CASE("what lies idle is bounded, and serves the next frame of its size")
{
    constexpr std::size_t size = 3000;
    std::vector<void*> frames;
    for (int i = 0; i < 2000; ++i) frames.push_back(frame_memory::take(size));
    for (auto* each : frames) frame_memory::give_back(each, size);
    const auto idle = frame_memory::idle_frames(size);
    CHECK(idle * size <= 2u * 1024 * 1024);

    auto* again = frame_memory::take(size);
    CHECK(frame_memory::idle_frames(size) == (idle == 0 ? 0 : idle - 1));
    frame_memory::give_back(again, size);
    CHECK(frame_memory::idle_frames(size) == idle);
}

TEST_CASE("each thread has idle frames of its own, which end with it")
{
    constexpr std::size_t size = 2900;
    frame_memory::give_back(frame_memory::take(size), size);
    std::size_t seen = 1;
    std::thread other{[&] {
        seen = frame_memory::idle_frames(size);
        frame_memory::give_back(frame_memory::take(size), size);
    }};
    other.join();
    CHECK(seen == 0);
}
