#pragma once

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

namespace tests {

/// A file of its own for one test.
class scratch_file {
public:
    explicit scratch_file(std::string_view content)
    {
        path_ = (std::filesystem::temp_directory_path() / "batchmill-test-XXXXXX").string();
        const int handle = ::mkstemp(path_.data());
        if (handle < 0) throw std::runtime_error{"cannot make a file like " + path_};
        ::close(handle);
        std::ofstream{path_} << content;
    }
    ~scratch_file() { std::filesystem::remove(path_); }
    scratch_file(const scratch_file&) = delete;
    scratch_file& operator=(const scratch_file&) = delete;

    [[nodiscard]] const std::string& path() const { return path_; }

private:
    std::string path_;
};

}  // namespace tests
