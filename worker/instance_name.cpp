#include "worker/instance_name.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <filesystem>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace worker {
namespace {

constexpr int most_instances = 1000;

std::string host_name()
{
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) != 0)
        throw std::system_error{errno, std::generic_category(), "gethostname"};
    return name.data();
}

/// Fit for the name of a file.
std::string plain(std::string text)
{
    std::replace_if(
        text.begin(), text.end(),
        [](unsigned char c) { return std::isalnum(c) == 0 && c != '-' && c != '.'; }, '_');
    return text;
}

/// The descriptor of a file that is locked by nobody else, or -1.
int try_lock(const std::filesystem::path& file)
{
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0) return -1;
    if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) return descriptor;
    ::close(descriptor);
    return -1;
}

}  // namespace

instance_name::instance_name(const std::optional<std::string>& configured, const std::string& group)
{
    if (configured) {
        text_ = *configured;
        return;
    }
    const auto folder = std::filesystem::temp_directory_path();
    const auto stem = "batchmill-" + std::to_string(::getuid()) + '-' + plain(group) + '-';
    for (int number = 0; number < most_instances; ++number) {
        lock_ = try_lock(folder / (stem + std::to_string(number) + ".lock"));
        if (lock_ < 0) continue;
        text_ = host_name() + '-' + std::to_string(::getuid()) + '-' + std::to_string(number);
        return;
    }
    throw std::runtime_error{
        "kafka.instance: no lock to be had in " + folder.string() +
        " for a name of this process: set kafka.instance, or TMPDIR to a folder that can "
        "be written to"};
}

instance_name::instance_name(instance_name&& other) noexcept
    : text_{std::move(other.text_)}, lock_{std::exchange(other.lock_, -1)}
{}

instance_name::~instance_name()
{
    if (lock_ >= 0) ::close(lock_);
}

}  // namespace worker
