#pragma once

namespace pipeline {

/// Whether this machine has AVX2, which the build does not take for granted; false on other architectures.
[[nodiscard]] inline bool has_avx2() noexcept
{
#if defined(__x86_64__)
    static const bool found = __builtin_cpu_supports("avx2") != 0;
    return found;
#else
    return false;
#endif
}

}  // namespace pipeline
