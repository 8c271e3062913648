#pragma once

#include <cstdint>

namespace pipeline {

/// Offsets one after the other, from `begin` up to but without `end`.
struct offset_run {
    std::int64_t begin = 0;
    std::int64_t end = 0;

    bool operator==(const offset_run&) const = default;
};

}  // namespace pipeline
