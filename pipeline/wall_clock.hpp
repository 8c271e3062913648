#pragma once

#include <chrono>
#include <cstdint>

namespace pipeline {

/// Unix time in milliseconds, for what is published and logged. Nothing is decided by it.
[[nodiscard]] inline std::int64_t unix_now_ms()
{
    const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count();
}

}  // namespace pipeline
