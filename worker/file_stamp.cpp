#include "worker/file_stamp.hpp"

#include <sys/stat.h>

namespace worker {

file_stamp stamp_of(const std::string& path)
{
    struct stat found{};
    if (::stat(path.c_str(), &found) != 0) return {};
    constexpr std::int64_t nanoseconds = 1'000'000'000;
    return {.device = found.st_dev,
            .number = found.st_ino,
            .size = found.st_size,
            .changed_ns = found.st_mtim.tv_sec * nanoseconds + found.st_mtim.tv_nsec};
}

}  // namespace worker
