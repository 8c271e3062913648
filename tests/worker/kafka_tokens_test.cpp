#include "worker/kafka_tokens.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>

#include "worker/kafka_access.hpp"
#include "worker/kafka_conf.hpp"

using namespace std::chrono_literals;
using worker::kafka_client;
using worker::kafka_conf;
using worker::kafka_queue;
using worker::kafka_tokens;

namespace {

/// Brokers that nobody listens for, and a sign-in by tokens.
config::kafka_settings settings()
{
    config::kafka_settings made;
    made.brokers = "127.0.0.1:1";
    made.auth = config::oauth_settings{};
    return made;
}

kafka_client client() { return kafka_conf::for_lookup(settings()).make(RD_KAFKA_CONSUMER); }

/// The last trouble with signing in that the client tells; empty where it tells none.
std::string trouble_of(rd_kafka_t* client)
{
    return worker::explained(client, worker::kafka_error{RD_KAFKA_RESP_ERR__TIMED_OUT, "asking"}).what();
}

}  // namespace

TEST_CASE("there is no token to show before the first has come, and none that is about to end")
{
    kafka_tokens tokens{[] {}};
    CHECK_FALSE(tokens.present());
    tokens.granted("t1", 1h);
    REQUIRE(tokens.present());
    CHECK(tokens.present()->value.reveal() == "t1");
    tokens.granted("t2", 1h);
    CHECK(tokens.present()->value.reveal() == "t2");
    tokens.granted("t3", 1s);
    CHECK_FALSE(tokens.present());
}

TEST_CASE("clients are given the present token when they are made, and later ones when they come")
{
    kafka_tokens tokens{[] {}};
    tokens.granted("t1", 1h);
    const auto early = client();
    const kafka_tokens::recipient first{&tokens, early.get()};
    CHECK(trouble_of(early.get()) ==
          "asking: " + std::string{rd_kafka_err2str(RD_KAFKA_RESP_ERR__TIMED_OUT)});
    {
        const auto gone = client();
        const kafka_tokens::recipient second{&tokens, gone.get()};
    }
    // One that has ended is told by those who got it.
    tokens.granted("t2", -1h);
    CHECK(trouble_of(early.get()).find("unexpired") != std::string::npos);
}

TEST_CASE("a client without a token says why there is none, and one with a good token does not")
{
    kafka_tokens tokens{[] {}};
    const auto waiting = client();
    const kafka_tokens::recipient waits{&tokens, waiting.get()};
    tokens.failed("the issuer is away");
    CHECK(trouble_of(waiting.get()).find("the issuer is away") != std::string::npos);

    tokens.granted("t1", 1h);
    tokens.failed("the issuer is still away");
    CHECK(trouble_of(waiting.get()).find("still") == std::string::npos);
}

TEST_CASE("a token that has ended when it comes is the trouble of its clients, who do not repeat it")
{
    kafka_tokens tokens{[] {}};
    const auto one = client();
    const kafka_tokens::recipient receives{&tokens, one.get()};
    tokens.granted("t0ken-of-nobody", -1h);
    const auto trouble = trouble_of(one.get());
    CHECK(trouble.find("unexpired") != std::string::npos);
    CHECK(trouble.find("t0ken") == std::string::npos);
}

TEST_CASE("brokers that refuse the present token make the issuer be asked")
{
    int asked = 0;
    kafka_tokens tokens{[&] { ++asked; }};
    tokens.refused();
    CHECK(asked == 1);
}
