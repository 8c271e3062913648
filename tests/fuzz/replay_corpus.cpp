#include <cstddef>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

/// A main() for fuzz targets without libFuzzer: runs the target over every file of a folder, so that each
/// compiler and each test run sees what fuzzing has found. Fails where there is no file.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int count, char** arguments)
{
    if (count != 2) {
        std::cerr << "usage: " << arguments[0] << " FOLDER\n";
        return 2;
    }
    std::size_t files = 0;
    try {
        for (const auto& entry : std::filesystem::recursive_directory_iterator{arguments[1]}) {
            if (!entry.is_regular_file()) continue;
            std::ifstream in{entry.path(), std::ios::binary};
            const std::string bytes{std::istreambuf_iterator<char>{in}, {}};
            std::cout << entry.path().filename().string() << std::endl;
            LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
            ++files;
        }
    } catch (const std::exception& thrown) {
        std::cerr << thrown.what() << '\n';
        return 1;
    }
    std::cout << files << " files\n";
    return files > 0 ? 0 : 1;
}
