#include "worker/quota_sharing.hpp"

#include <doctest/doctest.h>

#include "pipeline/quota_pools.hpp"
#include "tests/support/grouping_rig.hpp"
#include "tests/worker/kafka_rig.hpp"

using tests::kafka_rig;

namespace {

/// Keeps the newest event `quota share`.
struct share_log final : pipeline::event_log {
    void write(config::log_level, std::string_view event,
               std::initializer_list<pipeline::event_field> fields) override
    {
        if (event != "quota share") return;
        ++told;
        for (const auto& each : fields) {
            if (each.name == "share") share = std::get<double>(each.value);
            if (each.name == "entitled") entitled = std::get<double>(each.value);
        }
    }
    int told = 0;
    double share = 0;
    double entitled = 0;
};

config::settings settings_of(const kafka_rig& rig)
{
    config::settings made;
    made.kafka = rig.settings;
    made.deployments.emplace_back().name = "vectors";
    auto& route = made.routes.emplace_back();
    route.name = "r";
    route.group = "g";
    route.from = {"in"};
    route.deployments = {"vectors"};
    return made;
}

/// A member of the group "g" that shares the quota of one deployment.
class sharing_member {
public:
    explicit sharing_member(kafka_rig& on)
        : rig{on},
          settings{settings_of(on)},
          consumer{consumers.emplace_back(on.loop.get_executor(), on.time, on.blocking, on.log,
                                          on.reading_from({"in"}))}
    {
        const auto& vectors = settings.deployments.front();
        deployments.emplace_back(vectors, service, quotas.meter_of(vectors, 1, on.time.now()), 1);
        sharing.emplace(settings, deployments, consumers, on.time, log);
        consuming.emplace(on.loop, consumer.run());
        telling.emplace(on.loop, sharing->run());
    }
    void close() { rig.complete(consumer.close(rig.time.now() + std::chrono::seconds{20})); }

    kafka_rig& rig;
    config::settings settings;
    share_log log;
    tests::uncalled_service service;
    pipeline::quota_pools quotas;
    std::deque<pipeline::deployment> deployments;
    std::deque<worker::kafka_consumer> consumers;
    worker::kafka_consumer& consumer;
    std::optional<worker::quota_sharing> sharing;
    std::optional<tests::companion> consuming;
    std::optional<tests::companion> telling;
};

}  // namespace

TEST_CASE("a worker alone has all of the quota, and two have the part that each holds of the partitions")
{
    kafka_rig rig;
    rig.cluster.make_topic("in", 4);
    sharing_member first{rig};
    rig.turn_until([&] { return first.consumer.assigned() == 4; });
    CHECK(first.log.told == 0);
    {
        sharing_member second{rig};
        rig.turn_until([&] { return first.log.share == 0.5 && second.log.share == 0.5; });
        CHECK(first.log.entitled == 0.5);
        CHECK(second.log.entitled == 0.5);
        second.close();
    }
    // Not at once: the service still counts what the other one has sent.
    rig.turn_until([&] { return first.log.entitled == 1.0; });
    CHECK(first.log.share == 0.5);
    first.close();
}

TEST_CASE(
    "what a member holds of the topics is known from its first assignment on, and stays over a rebalance")
{
    kafka_rig rig;
    rig.cluster.make_topic("in", 3);
    rig.cluster.make_topic("more", 2);
    auto options = rig.reading_from({"in"});
    options.routes.push_back({"s", {"more"}, {"out"}});
    tests::consuming only{rig, std::move(options)};
    CHECK_FALSE(only.consumer.holdings());
    only.await_assignment();
    CHECK(only.consumer.holdings() == pipeline::partition_holdings{{"in", {3, 3}}, {"more", {2, 2}}});
    only.close();
    CHECK(only.consumer.assigned() == 0);
    CHECK(only.consumer.holdings() == pipeline::partition_holdings{{"in", {3, 3}}, {"more", {2, 2}}});
}
