#pragma once

#include <cstddef>
#include <string>

namespace pipeline {

/// Memory of the values of messages: what was published leaves its memory to the next value. They are the
/// largest allocations that each text makes, and fresh memory of that size is cold, or not even there yet.
///
/// Each thread has its own. At most a few megabytes lie idle.
class value_memory {
public:
    /// An empty string with room for so many bytes.
    [[nodiscard]] static std::string take(std::size_t size);
    /// `used` belongs to nobody any more.
    static void give_back(std::string used);

    /// Bytes of this thread that nobody uses.
    [[nodiscard]] static std::size_t idle_bytes() noexcept;
};

}  // namespace pipeline
