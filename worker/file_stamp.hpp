#pragma once

#include <cstdint>
#include <string>

namespace worker {

/// What changes when a file is written, or another one is put in its place (also behind a symbolic link, as
/// Kubernetes does it).
struct file_stamp {
    std::uint64_t device = 0;
    std::uint64_t number = 0;
    std::int64_t size = -1;
    std::int64_t changed_ns = 0;

    bool operator==(const file_stamp&) const = default;
};

/// That of the file now; the one above where there is none.
[[nodiscard]] file_stamp stamp_of(const std::string& path);

}  // namespace worker
