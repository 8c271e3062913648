#pragma once

#include <cstddef>

namespace quota {

/// How often the global operator new was called in this program so far. Linking this replaces it.
[[nodiscard]] std::size_t allocations();

}  // namespace quota
