#pragma once

#include <cstddef>

namespace pipeline {

/// Memory of coroutine frames. A job has half a dozen of them, always of the same sizes; one that has ended
/// leaves its memory to the next of its size, which spares an allocation.
///
/// Each thread has its own, and a frame must end on the thread on which it began. At most two megabytes of
/// each size lie idle; where sanitizers look on none do, so that they see frames that are used after their
/// end.
class frame_memory {
public:
    [[nodiscard]] static void* take(std::size_t size);
    static void give_back(void* frame, std::size_t size) noexcept;

    /// Frames that would do for that size, of this thread, that nobody uses.
    [[nodiscard]] static std::size_t idle_frames(std::size_t size) noexcept;
};

/// Base of a promise whose frame is made of it.
struct recycled_frame {
    [[nodiscard]] static void* operator new(std::size_t size) { return frame_memory::take(size); }
    static void operator delete(void* frame, std::size_t size) noexcept
    {
        frame_memory::give_back(frame, size);
    }
};

}  // namespace pipeline
