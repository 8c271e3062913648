// What is renewed under a run that goes on: tokens, keys, certificates, and the programs in between.
#include <doctest/doctest.h>

#include <cstdlib>

#include "tests/kafka/sign_in_rig.hpp"
#include "tests/support/certificate_authority.hpp"
#include "tests/support/installed_server.hpp"

using namespace std::chrono_literals;

namespace tests {
namespace {

constexpr int calls_of_a_run = 1500;

/// BATCHMILL_TEST_TEXTS, where somebody has the time for many.
int texts_of_a_run()
{
    const char* const texts = std::getenv("BATCHMILL_TEST_TEXTS");
    return texts == nullptr ? calls_of_a_run : std::stoi(texts);
}

/// A run of so many texts, which reaches Kafka with tokens that live for twelve seconds, and its service with
/// a key, through a proxy and a server that ends TLS.
struct long_run : sign_in_rig {
    explicit long_run(int texts) : sign_in_rig{{.latency = 15ms}}, many{texts}
    {
        rig.write("in", numbered_records(many, 4));
        // So many calls one after the other that the run takes two lives of a token.
        const auto a_call_has = std::to_string((many + calls_of_a_run - 1) / calls_of_a_run);
        auto work = embedding_work(R"("max_concurrency": 1, "max_inputs": )" + a_call_has +
                                       R"(, "ca_file": ")" + scratch.put("ca.pem", first.certificate()) +
                                       R"(", "proxy": {"url": "http://127.0.0.1:)" +
                                       std::to_string(proxy.port()) + R"("},)",
                                   R"("parameters": {"dimensions": 8},)");
        replace(work, R"({"env": "KEY"})", file_reference(scratch.put("key", "the-old-key")));
        replace(work, "${SIMULATOR}", "https://127.0.0.1:" + std::to_string(nginx.port()));
        rig.configure(work, oauth(issuer));
    }

    static void replace(std::string& text, const std::string& what, const std::string& with)
    {
        text.replace(text.find(what), what.size(), with);
    }
    /// Waits until so many percent of the outcomes are there.
    void await_percent(int percent) const
    {
        rig.kafka().await_records(rig.named("out"), static_cast<std::size_t>(many * percent / 100));
    }

    const int many;
    const scripted_server issuer{issuing(kafka, 12s, 12s)};
    const certificate_authority first{"the first authority"};
    const certificate_authority second{"the second authority"};
    nginx_terminator nginx{first.issue("127.0.0.1"), rig.service().port()};
    tinyproxy proxy;
};

}  // namespace

TEST_CASE("what is renewed during a run, and a proxy that restarts, lose nothing, and reject nothing")
{
    long_run at{texts_of_a_run()};
    auto program = at.rig.start("run", {"--until-end"});
    at.await_percent(20);
    at.scratch.put("key", "the-new-key");
    at.rig.service().set_faults(R"([{"when": {"first": 1}, "then": {"status": 401}}])");
    at.await_percent(40);
    at.scratch.put("ca.pem", at.first.certificate() + at.second.certificate());
    at.nginx.renew(at.second.issue("127.0.0.1"));
    at.await_percent(60);
    at.proxy.restart();
    at.await_percent(80);
    REQUIRE_MESSAGE(program.wait() == 0, program.errors());
    const auto tally = tally_outcomes(at.rig, at.many);
    CHECK(tally.missing() == 0);
    CHECK(tally.doubled() == 0);
    CHECK(at.rig.read("dead").empty());
    CHECK(holds(program.errors(), "a key has changed"));
    CHECK(at.issuer.requests().size() >= 4);
    CHECK(holds(at.proxy.log("log"), "CONNECT 127.0.0.1:" + std::to_string(at.nginx.port())));
}

}  // namespace tests
