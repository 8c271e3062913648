#include "config/secret.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <new>
#include <string>
#include <type_traits>
#include <utility>

#include <unistd.h>

namespace tests {
namespace {

using config::secret;
using source = config::secret_reference::source;

static_assert(!std::is_copy_constructible_v<secret> && !std::is_copy_assignable_v<secret>);
static_assert(std::is_nothrow_move_constructible_v<secret> && std::is_nothrow_move_assignable_v<secret>);

/// A file that goes with the test.
class scratch_file {
public:
    explicit scratch_file(const std::string& text)
        : path_{std::filesystem::temp_directory_path() / ("secret-" + std::to_string(::getpid()))}
    {
        std::ofstream{path_} << text;
    }
    scratch_file(const scratch_file&) = delete;
    scratch_file& operator=(const scratch_file&) = delete;
    ~scratch_file() { std::filesystem::remove(path_); }

    [[nodiscard]] std::string path() const { return path_.string(); }

private:
    std::filesystem::path path_;
};

std::string failure_of(const config::secret_reference& reference)
{
    try {
        const auto value = config::read_secret(reference, "the key");
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "no failure";
}

}  // namespace

TEST_CASE("a secret that was moved from holds nothing")
{
    secret first{"short"};
    secret second{std::move(first)};
    CHECK(second.reveal() == "short");
    CHECK(first.reveal().empty());  // NOLINT(bugprone-use-after-move): this is what the case is about

    secret third{std::string(100, 'x')};
    third = std::move(second);
    CHECK(third.reveal() == "short");
    CHECK(second.reveal().empty());  // NOLINT(bugprone-use-after-move)

    auto& same = third;
    third = std::move(same);
    CHECK(third.reveal() == "short");
}

TEST_CASE("the memory of a short secret is overwritten when it goes")
{
    alignas(secret) unsigned char storage[sizeof(secret)] = {};
    auto* value = ::new (static_cast<void*>(storage)) secret{"k3y-t0-f1nd"};
    const std::string needle{"k3y-t0-f1nd"};
    const auto bytes = [&] { return std::string{storage, storage + sizeof storage}; };
    REQUIRE(bytes().find(needle) != std::string::npos);
    std::destroy_at(value);
    CHECK(bytes().find(needle.substr(1, 5)) == std::string::npos);
}

TEST_CASE("a secret is read from the environment without the white space around it")
{
    ::setenv("BATCHMILL_TEST_SECRET", "  k e y\r\n", 1);
    CHECK(config::read_secret({source::environment, "BATCHMILL_TEST_SECRET"}, "the key").reveal() == "k e y");
    ::unsetenv("BATCHMILL_TEST_SECRET");
}

TEST_CASE("a secret is read from a file without the newline that editors add")
{
    const scratch_file file{"from-a-file\n"};
    CHECK(config::read_secret({source::file, file.path()}, "the key").reveal() == "from-a-file");
}

TEST_CASE("a missing or empty secret is named by where it should have been")
{
    const scratch_file blank{" \n"};
    ::unsetenv("BATCHMILL_TEST_SECRET");
    CHECK(failure_of({source::environment, "BATCHMILL_TEST_SECRET"}) ==
          "the key: the environment variable BATCHMILL_TEST_SECRET is not set");
    CHECK(failure_of({source::file, "/nowhere/key"}) == "the key: the file /nowhere/key cannot be read");
    CHECK(failure_of({source::file, "/"}) == "the key: the file / cannot be read");
    CHECK(failure_of({source::file, blank.path()}) == "the key: the file " + blank.path() + " is empty");
}

}  // namespace tests
