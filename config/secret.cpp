#include "config/secret.hpp"

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <utility>

namespace config {
namespace {

/// Overwrites all that the string has ever held. A short string lives inside the object, where moving from
/// it leaves the characters behind; explicit_bzero is the call that compilers may not drop.
void overwrite(std::string& text) noexcept
{
    text.resize(text.capacity());
    ::explicit_bzero(text.data(), text.size());
    text.clear();
}

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view white = " \t\r\n\v\f";
    const auto begin = text.find_first_not_of(white);
    if (begin == text.npos) return {};
    return text.substr(begin, text.find_last_not_of(white) - begin + 1);
}

std::string read_variable(const std::string& name)
{
    const char* value = std::getenv(name.c_str());
    if (value == nullptr) throw std::runtime_error{"the environment has no variable " + name};
    return value;
}

std::string read_file(const std::string& path)
{
    // Read in one piece: a string that grows leaves copies of the secret behind.
    constexpr std::size_t longest = 64 * 1024;
    std::ifstream file{path, std::ios::binary};
    std::string text(longest, '\0');
    if (file) file.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (!file.eof()) throw std::runtime_error{"cannot read the file " + path};
    text.resize(static_cast<std::size_t>(file.gcount()));
    return text;
}

}  // namespace

secret::secret(std::string value) : value_{value} { overwrite(value); }

secret::secret(secret&& other) noexcept : value_{std::move(other.value_)} { other.wipe(); }

secret& secret::operator=(secret&& other) noexcept
{
    if (this != &other) {
        wipe();
        value_ = std::move(other.value_);
        other.wipe();
    }
    return *this;
}

secret::~secret() { wipe(); }

void secret::wipe() noexcept { overwrite(value_); }

secret read_secret(const secret_reference& reference)
{
    const bool is_variable = reference.from == secret_reference::source::environment;
    auto text = is_variable ? read_variable(reference.name) : read_file(reference.name);
    std::string value{trimmed(text)};
    overwrite(text);
    if (value.empty())
        throw std::runtime_error{(is_variable ? "the variable " : "the file ") + reference.name +
                                 " is empty"};
    return secret{std::move(value)};
}

}  // namespace config
