#include "worker/cli_identity_source.hpp"

#include <doctest/doctest.h>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "tests/support/scratch_folder.hpp"
#include "tests/worker/issuer_rig.hpp"
#include "worker/program_run.hpp"

using namespace std::chrono_literals;
using namespace tests;

namespace {

/// A folder with a program `az` of the test's own, first on the PATH.
class path_with_az {
public:
    explicit path_with_az(const std::string& script) : before_{std::getenv("PATH")}
    {
        ::chmod(folder.put("az", "#!/bin/sh\n" + script).c_str(), 0700);
        ::setenv("PATH", (folder.path() + ":" + before_).c_str(), 1);
    }
    ~path_with_az() { ::setenv("PATH", before_.c_str(), 1); }
    path_with_az(const path_with_az&) = delete;
    path_with_az& operator=(const path_with_az&) = delete;

    scratch_folder folder;

private:
    std::string before_;
};

bool has(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

}  // namespace

TEST_CASE("az is asked for a token of the scope and the tenant")
{
    const path_with_az az{R"(echo "$@" >"$(dirname "$0")/asked"
echo 'WARNING: something' >&2
cat <<'JSON'
{
  "accessToken": "eyJ.t",
  "expiresOn": "2100-01-01 01:00:00.000000",
  "expires_on": 4102444800,
  "subscription": "s",
  "tenant": "t",
  "tokenType": "Bearer"
}
JSON
)"};
    issuer_rig rig{{}};
    CHECK(rig.fetch(config::azure_cli_identity{"contoso"}) == "eyJ.t");
    CHECK(az.folder.content_of("asked") ==
          "account get-access-token --output json --scope https://cognitiveservices.azure.com/.default "
          "--tenant "
          "contoso\n");
}

TEST_CASE("az that nobody has signed in to says how, and counts as not there")
{
    const path_with_az az{"echo \"ERROR: Please run 'az login' to setup account.\" >&2; exit 1"};
    issuer_rig rig{{}};
    CHECK(rig.fetch(config::azure_cli_identity{}) ==
          "identity_unavailable: az ended with 1: ERROR: Please run 'az login' to setup account.; az login "
          "signs in");
}

TEST_CASE("an az that says nothing of use is a failure of its own")
{
    const path_with_az az{"echo hello"};
    issuer_rig rig{{}};
    CHECK(has(rig.fetch(config::azure_cli_identity{}), "token_unreadable: "));
}

TEST_CASE("a machine without az has no such identity")
{
    const scratch_folder empty;
    const std::string before = std::getenv("PATH");
    ::setenv("PATH", empty.path().c_str(), 1);
    issuer_rig rig{{}};
    const auto said = rig.fetch(config::azure_cli_identity{});
    ::setenv("PATH", before.c_str(), 1);
    CHECK(said == "identity_unavailable: az is not installed, or not on the PATH");
}

TEST_CASE("a program that runs too long is ended")
{
    boost::asio::io_context loop;
    const auto ended = run(loop, worker::run_program(loop, {"sleep", "1000"}, 50ms));
    REQUIRE(ended.has_error());
    CHECK(static_cast<int>(ended.error().reason()) == static_cast<int>(pipeline::errc::transient));
}

TEST_CASE("a program ends with all that it has started when nobody waits for it any more")
{
    const scratch_folder folder;
    const auto path = folder.path_of("fifo");
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    const int reading = ::open(path.c_str(), O_RDONLY | O_NONBLOCK);
    const auto has_begun = [reading] {
        char byte = 0;
        return ::read(reading, &byte, 1) == 1;
    };
    boost::asio::io_context loop;
    const std::string script = "exec 3>" + path + "; sleep 1000 & echo begun >&3; wait";
    CHECK_THROWS_AS(run_and_cancel(loop, worker::run_program(loop, {"sh", "-c", script}, 1h), has_begun),
                    boost::system::system_error);

    // The last one that could write has gone.
    pollfd end{.fd = reading, .events = 0, .revents = 0};
    CHECK(::poll(&end, 1, -1) == 1);
    CHECK((end.revents & POLLHUP) != 0);
    ::close(reading);
}

TEST_CASE("the exit code, the output and the errors of a program are told apart")
{
    boost::asio::io_context loop;
    const auto ended =
        run(loop, worker::run_program(loop, {"sh", "-c", "echo out; echo err >&2; exit 3"}, 1h));
    REQUIRE(ended.has_value());
    CHECK(ended->exit_code == 3);
    CHECK(ended->output.view() == "out\n");
    CHECK(ended->errors == "err\n");
    CHECK(run(loop, worker::run_program(loop, {"sh", "-c", "kill -9 $$"}, 1h))->exit_code == 128 + 9);
}
