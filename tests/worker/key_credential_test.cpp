#include "worker/key_credential.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

#include "tests/support/kept_log.hpp"
#include "tests/support/manual_timeline.hpp"
#include "tests/support/run.hpp"
#include "tests/support/scratch_folder.hpp"

using namespace std::chrono_literals;
using namespace tests;

namespace {

config::secret_reference file(std::string path)
{
    return {config::secret_reference::source::file, std::move(path)};
}

/// A deployment whose keys stand in files.
struct key_rig {
    explicit key_rig(bool has_second = true)
    {
        settings.name = "vectors";
        settings.auth.api_key = file(folder.put("first", "k3y-1\n"));
        if (has_second) settings.auth.second_api_key = file(folder.put("second", "k3y-2\n"));
        keys.emplace(time, log, settings);
    }
    std::string shown()
    {
        const auto now = run(loop, keys->show(time.now()));
        version = now->version;
        return std::string{now->lines};
    }
    bool refused() { return run(loop, keys->replace(version, time.now())); }

    scratch_folder folder;
    config::deployment_settings settings;
    boost::asio::io_context loop;
    manual_timeline time{loop};
    kept_log log;
    std::optional<worker::key_credential> keys;
    std::uint64_t version = 0;
};

std::string message_of(const config::deployment_settings& settings)
{
    boost::asio::io_context loop;
    manual_timeline time{loop};
    kept_log log;
    try {
        const worker::key_credential keys{time, log, settings};
    } catch (const std::runtime_error& why) {
        return why.what();
    }
    return {};
}

}  // namespace

TEST_CASE_FIXTURE(key_rig, "the first key is shown until the service refuses it, then the other, and back")
{
    CHECK(shown() == "api-key: k3y-1\r\n");
    CHECK(refused());
    CHECK(shown() == "api-key: k3y-2\r\n");
    time.advance(1h);
    CHECK(shown() == "api-key: k3y-2\r\n");
    CHECK(refused());
    CHECK(shown() == "api-key: k3y-1\r\n");
}

TEST_CASE_FIXTURE(key_rig, "calls that are refused together change the key once")
{
    CHECK(shown() == "api-key: k3y-1\r\n");
    const auto refused_version = version;
    CHECK(run(loop, keys->replace(refused_version, time.now())));
    CHECK(run(loop, keys->replace(refused_version, time.now())));
    CHECK(shown() == "api-key: k3y-2\r\n");
}

TEST_CASE("a single key that is refused and has not changed is not worth repeating")
{
    key_rig rig{false};
    CHECK(rig.shown() == "api-key: k3y-1\r\n");
    CHECK_FALSE(rig.refused());
}

TEST_CASE_FIXTURE(key_rig, "a key file that has changed is noticed within seconds")
{
    shown();
    folder.put("first", "renewed\n");
    time.advance(4s);
    CHECK(shown() == "api-key: k3y-1\r\n");
    time.advance(1s);
    CHECK(shown() == "api-key: renewed\r\n");
}

TEST_CASE("a refused key whose file has changed is replaced by what is there now")
{
    key_rig rig{false};
    rig.shown();
    rig.folder.put("first", "renewed\n");
    CHECK(rig.refused());
    CHECK(rig.shown() == "api-key: renewed\r\n");
}

TEST_CASE_FIXTURE(key_rig,
                  "a key file that is missing or broken for a while changes nothing, and is told once")
{
    for (const std::string broken : {"", "k3y-2\r\nX-Other: lines"}) {
        folder.put("first", broken);
        time.advance(1min);
        CHECK(shown() == "api-key: k3y-1\r\n");
    }
    CHECK(log.count("cannot be read again") == 1);
    folder.put("first", "renewed");
    time.advance(1min);
    CHECK(shown() == "api-key: renewed\r\n");
}

TEST_CASE_FIXTURE(key_rig, "the log names the key that was refused and never says it")
{
    shown();
    CHECK(refused());
    folder.put("second", "renewed");
    time.advance(1min);
    shown();
    CHECK(log.count(folder.path_of("first")) == 1);
    CHECK(log.count("k3y") + log.count("renewed") == 0);
}

TEST_CASE("a key that cannot be sent is refused at the start, by name and without its value")
{
    const scratch_folder folder;
    config::deployment_settings settings;
    settings.name = "vectors";
    settings.auth.api_key = file(folder.put("broken", "first-half\r\nx-other: second-half"));
    CHECK(message_of(settings).find("vectors") != std::string::npos);
    CHECK(message_of(settings).find(folder.path_of("broken")) != std::string::npos);
    CHECK(message_of(settings).find("half") == std::string::npos);

    settings.auth.api_key = file("/nowhere/key");
    CHECK(message_of(settings).find("/nowhere/key") != std::string::npos);
    settings.auth.api_key = file(folder.put("good", "one"));
    settings.auth.second_api_key = file("/nowhere/second");
    CHECK(message_of(settings).find("/nowhere/second") != std::string::npos);
}
