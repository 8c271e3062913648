#include "worker/kafka_failure.hpp"

#include <doctest/doctest.h>

#include "tests/support/kept_log.hpp"
#include "worker/kafka_trouble.hpp"

using worker::delivery_verdict;
using worker::kafka_severity;

TEST_CASE("the network and the cluster are waited for, rights and settings are the operator's")
{
    for (const auto error :
         {RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, RD_KAFKA_RESP_ERR__RESOLVE,
          RD_KAFKA_RESP_ERR__TIMED_OUT, RD_KAFKA_RESP_ERR_NOT_COORDINATOR,
          RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS}) {
        CAPTURE(error);
        CHECK(worker::severity_of(error) == kafka_severity::passing);
    }
    for (const auto error :
         {RD_KAFKA_RESP_ERR__AUTHENTICATION, RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED,
          RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED,
          RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART}) {
        CAPTURE(error);
        CHECK(worker::severity_of(error) == kafka_severity::needs_operator);
    }
    CHECK(worker::severity_of(RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID) == kafka_severity::fatal);
}

TEST_CASE("a refused batch puts its messages under suspicion, everything else is produced again")
{
    CHECK(worker::judge_delivery(RD_KAFKA_RESP_ERR_NO_ERROR) == delivery_verdict::durable);
    CHECK(worker::judge_delivery(RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE) == delivery_verdict::suspicious);
    CHECK(worker::judge_delivery(RD_KAFKA_RESP_ERR_INVALID_RECORD) == delivery_verdict::suspicious);
    CHECK(worker::judge_delivery(RD_KAFKA_RESP_ERR__PURGE_INFLIGHT) == delivery_verdict::again);
    CHECK(worker::judge_delivery(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED) == delivery_verdict::again);
}

TEST_CASE("each trouble is logged when it comes and when it goes, not each time it is repeated")
{
    tests::kept_log log;
    worker::kafka_trouble trouble{log, "consumer"};
    for (int i = 0; i < 100; ++i) {
        trouble.arose(RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, {}, "2/2 brokers are down");
        trouble.arose(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, "secret-topic", "not allowed");
    }
    CHECK(log.count("_ALL_BROKERS_DOWN") == 1);
    CHECK(log.count("TOPIC_AUTHORIZATION_FAILED") == 1);

    trouble.passed("another-topic");
    trouble.passed("another-topic");
    CHECK(log.count("kafka trouble over") == 1);
    trouble.arose(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, "secret-topic", "still not allowed");
    CHECK(log.count("TOPIC_AUTHORIZATION_FAILED") == 1);
    trouble.arose(RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, {}, "2/2 brokers are down");
    CHECK(log.count("_ALL_BROKERS_DOWN") == 2);
}
