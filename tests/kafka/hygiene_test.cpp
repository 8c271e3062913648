// What must not come out of the process: keys, passwords and tokens anywhere, texts in the log.
#include <doctest/doctest.h>
#include <sys/resource.h>

#include <filesystem>
#include <vector>

#include "tests/kafka/sign_in_rig.hpp"

using namespace std::chrono_literals;

namespace tests {
namespace {

/// As much as the worker and librdkafka can tell.
const std::string everything = R"(, "log": {"level": "debug"})";
const std::string everything_of_librdkafka = R"(, "properties": {"debug": "all"})";

/// All that a run of the program leaves for others to see.
std::string traces(const sign_in_rig& at, const std::string& log)
{
    auto text = log;
    for (const auto& each : at.rig.read("dead")) {
        text += each.value.value_or("") + each.key.value_or("");
        for (const auto& [name, value] : each.headers) text += name + value.value_or("");
    }
    return text;
}

void check_silent(const std::string& text, const std::vector<std::string>& secrets)
{
    CHECK(holds(text, "\"level\":\"debug\""));
    for (const auto& each : secrets) CHECK_MESSAGE(!holds(text, each), each);
}

}  // namespace

TEST_SUITE_BEGIN("hygiene");

TEST_CASE("no way to fail at the brokers shows a password, a token or a key, whatever is logged")
{
    sign_in_rig at;
    const auto secret = std::string{"s3cret-of-mill"};
    const auto wrong = at.scratch.put("wrong", "n0t-the-password");
    const auto key_of_client = at.kafka.content_of("client.key").substr(40, 40);
    const auto password = at.kafka.content_of("password");
    const auto work = embedding_work() + everything;
    const auto trouble = [&](const std::string& members, std::string_view word) {
        const auto log = at.trouble_with(members + everything_of_librdkafka, word, work);
        check_silent(traces(at, log),
                     {secret, "n0t-the-password", password, key_of_client, mill_rig::key, "eyJ"});
    };
    trouble(at.password("plain", wrong), "_AUTHENTICATION");
    trouble(at.password("scram_sha_256", wrong), "_AUTHENTICATION");
    const auto untrusted = R"("auth": {"sasl": {"mechanism": "plain", "user": "mill", "password": )" +
                           file_reference(at.kafka.path_of("password")) + "}}, " + at.tls("stranger.pem");
    trouble(untrusted, "certificate verify failed");
    trouble(at.tls(), "\"kafka trouble\"");
    {
        const scripted_server issuer{issuing(at.kafka, -600s, 1h)};
        trouble(at.oauth(issuer), "_AUTHENTICATION");
    }
    {
        const auto echo = http_text("400 Bad Request", "", "client_secret=" + secret);
        const scripted_server issuer{std::vector<script>(100, answering(echo))};
        trouble(at.entra_id(issuer), "signing in failed");
    }
    at.rig.reach_brokers_at(at.kafka.mutual());
    trouble(at.tls(), "bad certificate");
}

TEST_CASE("what a service refuses shows neither the key nor, but for dead letters, a text")
{
    sign_in_rig at;
    at.rig.write("in", numbered_records(20, 4));
    at.rig.write("in", {numbered_record(20, "POISON of a text")});
    at.rig.service().set_faults(R"([{"when": {"input_contains": "POISON"}, "then": {"status": 400}}])");
    at.rig.configure(embedding_work() + everything, at.password("plain") + everything_of_librdkafka);
    const auto run = at.rig.run_until_end();
    REQUIRE_MESSAGE(run.exit_code == 0, run.log);
    REQUIRE(at.rig.read("dead").size() == 1);
    check_silent(traces(at, run.log), {at.kafka.content_of("password"), mill_rig::key});
    CHECK(!holds(run.log, "text 7"));
    CHECK(!holds(run.log, "POISON"));

    at.rig.service().set_faults(R"([{"then": {"status": 401}}])");
    at.rig.write("in", numbered_records(20, 4, 21));
    const auto refused = at.rig.run_until_end();
    CHECK(refused.exit_code == 5);
    check_silent(traces(at, refused.log), {at.kafka.content_of("password"), mill_rig::key});
}

TEST_CASE("a worker that is broken off leaves no core, which would hold keys and texts")
{
    const rlimit unlimited{RLIM_INFINITY, RLIM_INFINITY};
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_CORE, &before) == 0);
    // Where the limit cannot be raised there is no core anyway.
    static_cast<void>(::setrlimit(RLIMIT_CORE, &unlimited));
    const auto cores = [] {
        int found = 0;
        for (const auto& each : std::filesystem::directory_iterator{"."})
            if (each.path().filename().string().starts_with("core")) ++found;
        return found;
    };
    const auto cores_before = cores();
    sign_in_rig at;
    at.rig.configure(embedding_work(), at.password("plain"));
    auto program = at.rig.start("run");
    at.rig.write("in", numbered_records(1, 1));
    at.rig.kafka().await_records(at.rig.named("out"), 1);
    program.send(SIGABRT);
    CHECK(program.wait() == -SIGABRT);
    CHECK(cores() == cores_before);
    static_cast<void>(::setrlimit(RLIMIT_CORE, &before));
}

TEST_SUITE_END();

}  // namespace tests
