#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

namespace tests {

/// A folder of its own for one test, with all that is put into it.
class scratch_folder {
public:
    scratch_folder()
    {
        path_ = (std::filesystem::temp_directory_path() / "batchmill-test-XXXXXX").string();
        if (::mkdtemp(path_.data()) == nullptr)
            throw std::runtime_error{"cannot make a folder like " + path_};
    }
    ~scratch_folder() { std::filesystem::remove_all(path_); }
    scratch_folder(const scratch_folder&) = delete;
    scratch_folder& operator=(const scratch_folder&) = delete;

    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] std::string path_of(std::string_view name) const { return path_ + '/' + std::string{name}; }
    /// Writes the file anew, and gives its path.
    std::string put(std::string_view name, std::string_view content) const
    {
        std::ofstream{path_of(name), std::ios::binary} << content;
        return path_of(name);
    }
    [[nodiscard]] std::string content_of(std::string_view name) const
    {
        std::ifstream in{path_of(name), std::ios::binary};
        return {std::istreambuf_iterator<char>{in}, {}};
    }

private:
    std::string path_;
};

}  // namespace tests
