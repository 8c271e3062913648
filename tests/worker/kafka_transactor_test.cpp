#include "worker/kafka_transactor.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <deque>
#include <optional>

#include "tests/worker/kafka_rig.hpp"

// On the mock cluster, which can be told to answer any error, and which shows also what was aborted. What
// readers see is for the tests on Apache Kafka (tests/kafka/exactly_once_test.cpp).

using tests::consuming;
using tests::kafka_rig;
using tests::mock_kafka;

namespace {

/// A transactor at work on a rig, with the consumer of its group.
class transacting {
public:
    explicit transacting(kafka_rig& on, config::bytes window = config::bytes{4 * 1024 * 1024})
        : rig{on},
          transactor{on.loop.get_executor(), on.time, on.blocking, on.log, on.settings, window, "g"},
          publishing{on.loop.get_executor(), on.time},
          running{on.loop, transactor.run()},
          consumer{on, on.reading_from({"in"}), &transactor}
    {}
    ~transacting()
    {
        consumer.running.cancel();
        running.cancel();
        rig.turn_until([&] { return publishing.running() == 0; });
    }

    /// Takes so many records and publishes their values to "out".
    void publish(std::size_t count)
    {
        for (auto& each : consumer.take(count)) {
            auto& one = jobs.emplace_back();
            one.claim = std::move(each.claim);
            one.what.messages.push_back({"out", "key", std::move(each.value), {}});
            publishing.start(run(one));
        }
    }
    [[nodiscard]] bool all_ended() const
    {
        return std::all_of(jobs.begin(), jobs.end(), [](const job& each) { return each.ended.has_value(); });
    }
    void await_all()
    {
        rig.turn_until([&] { return all_ended(); });
    }
    void await_end_of_run()
    {
        rig.turn_until([&] { return running.ended; });
    }
    [[nodiscard]] std::string reason_of_end() const
    {
        try {
            if (running.failure) std::rethrow_exception(running.failure);
        } catch (const std::exception& why) {
            return why.what();
        }
        return {};
    }

    struct job {
        pipeline::outcome what;
        pipeline::receipt claim;
        pipeline::order_place place;
        std::optional<pipeline::result<void>> ended;
    };

    kafka_rig& rig;
    worker::kafka_transactor transactor;
    pipeline::job_group publishing;
    tests::companion running;
    consuming consumer;
    std::deque<job> jobs;

private:
    pipeline::lazy<void> run(job& one)
    {
        one.claim.begin_publication();
        const pipeline::publication published{one.what, one.claim, one.place};
        one.ended.emplace(co_await transactor.publish(published));
    }
};

struct written_records : kafka_rig {
    explicit written_records(int count)
    {
        cluster.make_topic("in", 1);
        cluster.make_topic("out", 1);
        cluster.write_many("in", 0, count);
        settings.transaction_interval = std::chrono::milliseconds{20};
        settings.instance = "one";
    }
};

}  // namespace

TEST_SUITE_BEGIN("transactor");

TEST_CASE("a transaction with as much as it may have does not wait for its time to pass")
{
    written_records rig{10};
    rig.settings.transaction_interval = std::chrono::hours{1};
    transacting at{rig, config::bytes{1}};
    at.publish(10);
    at.await_all();
    CHECK(rig.cluster.read("out").size() == 10);
}

TEST_CASE("outcomes of a window end together with the claims of their records")
{
    written_records rig{10};
    transacting at{rig};
    at.publish(10);
    at.await_all();
    for (const auto& each : at.jobs) CHECK(each.ended->has_value());
    CHECK(rig.cluster.read("out").size() == 10);
    CHECK(at.consumer.consumer.progress().done == 10);
}

TEST_CASE("what was in an aborted transaction is produced again in the next one, in the same order")
{
    written_records rig{10};
    transacting at{rig};
    // The first offsets of all may be committed in a transaction of their own.
    at.publish(1);
    at.await_all();
    rig.cluster.answer_with(mock_kafka::transaction_offset_request, RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION, 1);
    at.publish(9);
    at.await_all();
    for (const auto& each : at.jobs) CHECK(each.ended->has_value());
    // The mock shows both attempts.
    const auto found = rig.cluster.read("out");
    REQUIRE(found.size() == 19);
    for (std::size_t i = 1; i < 10; ++i) CHECK(found[i].value == found[i + 9].value);
    CHECK(at.consumer.consumer.progress().done == 10);
}

TEST_CASE("a message that the broker refuses fails alone, and its neighbours are committed")
{
    written_records rig{5};
    rig.settings.properties.push_back({"linger.ms", "100"});
    transacting at{rig};
    // The batch of all, then the first of them alone.
    rig.cluster.answer_with(mock_kafka::produce_request, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, 2);
    at.publish(5);
    at.await_all();
    const auto refused = std::count_if(at.jobs.begin(), at.jobs.end(),
                                       [](const auto& each) { return !each.ended->has_value(); });
    CHECK(refused == 1);
    const auto first = std::find_if(at.jobs.begin(), at.jobs.end(),
                                    [](const auto& each) { return !each.ended->has_value(); });
    CHECK(first->ended->error().code() == "message_too_large");
    CHECK(first->claim.state() == pipeline::claim_state::held);
    CHECK(at.consumer.consumer.progress().done == 4);
}

TEST_CASE("a transactor that was fenced ends, and names the setting")
{
    written_records rig{3};
    transacting at{rig};
    rig.cluster.answer_with(mock_kafka::end_transaction_request, RD_KAFKA_RESP_ERR_PRODUCER_FENCED, 1);
    at.publish(3);
    at.await_end_of_run();
    CHECK(at.reason_of_end().find("kafka.instance") != std::string::npos);
    at.await_all();
    for (const auto& each : at.jobs) CHECK_FALSE(each.ended->has_value());
    CHECK(at.consumer.consumer.progress().done == 0);
}

TEST_CASE("a cluster that does not let us write transactions ends the run, and says what to do")
{
    written_records rig{3};
    rig.cluster.answer_with(mock_kafka::init_producer_id_request,
                            RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED, 1);
    transacting at{rig};
    at.await_end_of_run();
    CHECK(at.reason_of_end().find("at_least_once") != std::string::npos);
    CHECK(at.reason_of_end().find("g.one") != std::string::npos);
}

TEST_CASE("outcomes whose consumer has gone are not published")
{
    written_records rig{3};
    rig.settings.transaction_interval = std::chrono::seconds{10};
    transacting at{rig};
    at.publish(3);
    at.consumer.running.cancel();
    at.transactor.detach();
    at.await_all();
    for (const auto& each : at.jobs) CHECK_FALSE(each.ended->has_value());
}

TEST_CASE("closing commits what is being published, and then ends")
{
    written_records rig{8};
    rig.settings.transaction_interval = std::chrono::seconds{10};
    transacting at{rig};
    at.publish(8);
    rig.complete(at.transactor.close(rig.time.now() + std::chrono::seconds{20}));
    at.await_all();
    for (const auto& each : at.jobs) CHECK(each.ended->has_value());
    CHECK(at.running.ended);
}

TEST_SUITE_END();
