#include "worker/kafka_sign_in.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>

#include "worker/kafka_access.hpp"
#include "worker/kafka_conf.hpp"

using namespace std::chrono_literals;
using worker::kafka_client;
using worker::kafka_conf;
using worker::kafka_queue;
using worker::kafka_sign_in;

namespace {

/// Brokers that nobody listens for, and a sign-in by sign_in.
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
    kafka_sign_in sign_in{config::oauth_settings{}, [] {}};
    CHECK_FALSE(sign_in.token());
    sign_in.granted("t1", 1h);
    REQUIRE(sign_in.token());
    CHECK(sign_in.token()->value.reveal() == "t1");
    sign_in.granted("t2", 1h);
    CHECK(sign_in.token()->value.reveal() == "t2");
    sign_in.granted("t3", 1s);
    CHECK_FALSE(sign_in.token());
}

TEST_CASE("clients are given the present token when they are made, and later ones when they come")
{
    kafka_sign_in sign_in{config::oauth_settings{}, [] {}};
    sign_in.granted("t1", 1h);
    const auto early = client();
    const kafka_sign_in::recipient first{&sign_in, early.get()};
    CHECK(trouble_of(early.get()) ==
          "asking: " + std::string{rd_kafka_err2str(RD_KAFKA_RESP_ERR__TIMED_OUT)});
    {
        const auto gone = client();
        const kafka_sign_in::recipient second{&sign_in, gone.get()};
    }
    // One that has ended is told by those who got it.
    sign_in.granted("t2", -1h);
    CHECK(trouble_of(early.get()).find("unexpired") != std::string::npos);
}

TEST_CASE("a client without a token says why there is none, and one with a good token does not")
{
    kafka_sign_in sign_in{config::oauth_settings{}, [] {}};
    const auto waiting = client();
    const kafka_sign_in::recipient waits{&sign_in, waiting.get()};
    sign_in.failed("the issuer is away");
    CHECK(trouble_of(waiting.get()).find("the issuer is away") != std::string::npos);

    sign_in.granted("t1", 1h);
    sign_in.failed("the issuer is still away");
    CHECK(trouble_of(waiting.get()).find("still") == std::string::npos);
}

TEST_CASE("a token that has ended when it comes is the trouble of its clients, who do not repeat it")
{
    kafka_sign_in sign_in{config::oauth_settings{}, [] {}};
    const auto one = client();
    const kafka_sign_in::recipient receives{&sign_in, one.get()};
    sign_in.granted("t0ken-of-nobody", -1h);
    const auto trouble = trouble_of(one.get());
    CHECK(trouble.find("unexpired") != std::string::npos);
    CHECK(trouble.find("t0ken") == std::string::npos);
}

TEST_CASE("brokers that refuse the present token make the issuer be asked")
{
    int asked = 0;
    kafka_sign_in sign_in{config::oauth_settings{}, [&] { ++asked; }};
    const auto one = client();
    sign_in.refused(one.get());
    CHECK(asked == 1);
}

TEST_CASE("a password is no token: nobody waits for one, and no issuer is asked")
{
    int asked = 0;
    kafka_sign_in sign_in{config::sasl_settings{}, [&] { ++asked; }};
    CHECK_FALSE(sign_in.is_by_tokens());
    const auto one = client();
    sign_in.refused(one.get());
    CHECK(asked == 0);
}
