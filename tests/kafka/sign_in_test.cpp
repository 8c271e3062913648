// Signing in at a real Kafka with secured listeners, and what an operator is told where that fails.
#include <doctest/doctest.h>
#include <librdkafka/rdkafka.h>

#include "tests/kafka/sign_in_rig.hpp"

using namespace std::chrono_literals;

namespace tests {
namespace {

/// Work from end to end with these members of "kafka", once with each delivery.
void work_with(sign_in_rig& at, const std::string& members)
{
    constexpr int count = 200;
    int written = 0;
    for (const std::string delivery : {"at_least_once", "exactly_once"}) {
        CAPTURE(delivery);
        at.rig.write("in", numbered_records(count, 4, written));
        written += count;
        at.rig.configure(embedding_work({}, R"("parameters": {"dimensions": 8},)"),
                         members + R"(, "delivery": ")" + delivery + '"');
        const auto run = at.rig.run_until_end();
        REQUIRE_MESSAGE(run.exit_code == 0, run.log);
        const auto tally = tally_outcomes(at.rig, written);
        CHECK(tally.missing() == 0);
        CHECK(tally.doubled() == 0);
        CHECK(at.rig.has_committed_all("in"));
        CHECK_MESSAGE(!holds(run.log, "_AUTHENTICATION"), run.log);
    }
}

}  // namespace

TEST_SUITE_BEGIN("signing in at Kafka");

TEST_CASE("records, outcomes and transactions with a password (PLAIN)")
{
    sign_in_rig rig;
    work_with(rig, rig.password("plain"));
}

TEST_CASE("records, outcomes and transactions with a certificate (mutual TLS)")
{
    sign_in_rig rig;
    rig.rig.reach_brokers_at(rig.kafka.mutual());
    work_with(rig, rig.certificate());
}

TEST_CASE("records, outcomes and transactions with tokens of any issuer (OAUTHBEARER)")
{
    sign_in_rig rig;
    const scripted_server issuer{issuing(rig.kafka, 1h, 1h)};
    work_with(rig, rig.oauth(issuer));
    // One token for all clients of a run.
    CHECK(issuer.requests().size() == 2);
    CHECK(holds(issuer.requests().at(0), "grant_type=client_credentials&client_id=mill&client_secret="));
}

TEST_CASE("records, outcomes and transactions with tokens of Entra ID (OAUTHBEARER)")
{
    sign_in_rig rig;
    const scripted_server authority{issuing(rig.kafka, 1h, 1h)};
    work_with(rig, rig.entra_id(authority));
    CHECK(holds(authority.requests().at(0), "POST /contoso/oauth2/v2.0/token "));
    CHECK(holds(authority.requests().at(0), "scope=api%3A%2F%2Fkafka%2F.default"));
}

TEST_CASE("SCRAM works where librdkafka and the brokers can agree, and else the log says what to update")
{
    for (const std::string mechanism : {"scram_sha_256", "scram_sha_512"}) {
        CAPTURE(mechanism);
        sign_in_rig rig;
        rig.rig.configure(embedding_work(), rig.password(mechanism));
        auto program = rig.rig.start("run");
        const auto says = [&](std::string_view word) { return holds(program.errors(), word); };
        while (!says("partitions assigned") && !says("_AUTHENTICATION")) REQUIRE(program.runs(100ms));
        program.send(SIGTERM);
        CHECK(program.wait() == 0);
        if (says("_AUTHENTICATION")) {
            // https://github.com/confluentinc/librdkafka/issues/4895
            CHECK(rd_kafka_version() < 0x02060100);
            CHECK(says("with Kafka 4, SCRAM needs librdkafka 2.6.1 or newer"));
        } else {
            work_with(rig, rig.password(mechanism));
        }
    }
}

TEST_CASE("a wrong password is named with its setting, and never shown")
{
    sign_in_rig rig;
    const auto wrong = rig.scratch.put("wrong", "n0t-the-password");
    const auto log = rig.trouble_with(rig.password("plain", wrong), "_AUTHENTICATION");
    CHECK_MESSAGE(holds(log, "kafka.auth.sasl: user and password"), log);
    CHECK(!holds(log, "n0t-the-password"));
}

TEST_CASE("a password that is put right in its file lets a running worker in")
{
    constexpr int few = 40;
    for (const std::string delivery : {"at_least_once", "exactly_once"}) {
        CAPTURE(delivery);
        sign_in_rig rig;
        rig.rig.write("in", numbered_records(few, 4));
        const auto file = rig.scratch.put("password", "the-old-one");
        rig.rig.configure(embedding_work(),
                          rig.password("plain", file) + R"(, "delivery": ")" + delivery + '"');
        auto program = rig.rig.start("run", {"--until-end"});
        for (int tries = 0; !holds(program.errors(), "_AUTHENTICATION") && tries < 300; ++tries)
            REQUIRE(program.runs(100ms));
        rig.scratch.put("password", rig.kafka.content_of("password"));
        CHECK(program.wait() == 0);
        CHECK(tally_outcomes(rig.rig, few).missing() == 0);
    }
}

TEST_CASE("brokers whose authority is not the one to trust are refused, and the setting is named")
{
    sign_in_rig rig;
    const auto members = R"("auth": {"sasl": {"mechanism": "plain", "user": "mill", "password": )" +
                         file_reference(rig.kafka.path_of("password")) + "}}, " + rig.tls("stranger.pem");
    const auto log = rig.trouble_with(members, "certificate verify failed");
    CHECK_MESSAGE(holds(log, "kafka.tls.ca_file: has to hold the authority"), log);
}

TEST_CASE("a certificate that the brokers ask for and do not get is named with its setting")
{
    sign_in_rig rig;
    rig.rig.reach_brokers_at(rig.kafka.mutual());
    const auto log = rig.trouble_with(rig.tls(), "bad certificate");
    CHECK_MESSAGE(holds(log, "kafka.tls.certificate: the brokers ask for one of ours"), log);
}

TEST_CASE("an expired token is told from an issuer that gives none")
{
    sign_in_rig rig;
    {
        const scripted_server issuer{issuing(rig.kafka, -600s, 1h)};
        const auto log = rig.trouble_with(rig.oauth(issuer), "_AUTHENTICATION");
        CHECK_MESSAGE(holds(log, "kafka.auth: the brokers do not take the token"), log);
        CHECK(!holds(log, "eyJ"));
    }
    {
        const auto refusal = http_text("401 Unauthorized", "", R"({"error":"invalid_client"})");
        const scripted_server issuer{std::vector<script>(100, answering(refusal))};
        const auto log = rig.trouble_with(rig.oauth(issuer), "signing in failed");
        CHECK_MESSAGE(holds(log, "invalid_client"), log);
        CHECK(!holds(log, "s3cret-of-mill"));
    }
}

TEST_CASE("what a sign-in needs and cannot be read ends a run with code 2, and is a warning of check")
{
    sign_in_rig rig;
    for (const auto& [members, said] :
         {std::pair{rig.password("plain", "/nowhere/password"),
                    std::string{"kafka.auth.sasl.password: the file /nowhere/password cannot be read"}},
          std::pair{R"("tls": {"ca_file": "/nowhere/ca.pem"})" + std::string{},
                    std::string{"kafka.tls.ca_file failed"}}}) {
        rig.rig.configure(embedding_work(), members);
        const auto refused = rig.rig.run_until_end();
        CHECK(refused.exit_code == 2);
        CHECK_MESSAGE(holds(refused.log, said), refused.log);
        const auto checked = rig.rig.run("check");
        CHECK(checked.exit_code == 0);
        CHECK_MESSAGE(holds(checked.log, "warning: "), checked.log);
        CHECK_MESSAGE(holds(checked.log, said), checked.log);
    }
}

TEST_CASE("check says how the worker signs in, without a secret")
{
    sign_in_rig rig;
    rig.rig.configure(embedding_work(), rig.password("scram_sha_512"));
    const auto plan = rig.rig.run("check").output;
    CHECK(holds(plan,
                "signs in        by SCRAM-SHA-512 as mill, from the file " + rig.kafka.path_of("password")));
    CHECK(holds(plan, "encrypts        all, trusting " + rig.kafka.path_of("ca.pem")));
    CHECK(!holds(plan, rig.kafka.content_of("password")));
}

TEST_SUITE_END();

}  // namespace tests
