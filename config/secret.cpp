#include "config/secret.hpp"

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <optional>
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

std::optional<std::string> read_variable(const std::string& name)
{
    const char* value = std::getenv(name.c_str());
    if (value == nullptr) return std::nullopt;
    return value;
}

std::optional<std::string> read_file(const std::string& path)
{
    // Read in one piece: a string that grows leaves copies of the secret behind.
    constexpr std::size_t longest = 64 * 1024;
    std::ifstream file{path, std::ios::binary};
    std::string text(longest, '\0');
    if (file) file.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (!file.eof()) return std::nullopt;
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

secret read_secret(const secret_reference& reference, const std::string& purpose)
{
    const bool is_variable = reference.from == secret_reference::source::environment;
    const auto where = (is_variable ? "the environment variable " : "the file ") + reference.name;
    auto text = is_variable ? read_variable(reference.name) : read_file(reference.name);
    if (!text)
        throw std::runtime_error{purpose + ": " + where + (is_variable ? " is not set" : " cannot be read")};
    std::string value{trimmed(*text)};
    overwrite(*text);
    if (value.empty()) throw std::runtime_error{purpose + ": " + where + " is empty"};
    return secret{std::move(value)};
}

}  // namespace config
