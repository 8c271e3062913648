#include "pipeline/quota_shares.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace std::chrono_literals;
using doctest::Approx;
using pipeline::partition_holdings;
using pipeline::quota_shares;

namespace {

constexpr config::time_point start{std::chrono::hours{1}};
constexpr auto never = config::time_point::max();

config::deployment_settings deployment(std::string name, double share = 1)
{
    config::deployment_settings made;
    made.name = std::move(name);
    made.quota.share = share;
    return made;
}

config::route_settings route(std::string group, std::vector<std::string> topics,
                             std::vector<std::string> deployments)
{
    config::route_settings made;
    made.group = std::move(group);
    made.from = std::move(topics);
    made.deployments = std::move(deployments);
    return made;
}

config::settings one_route(double share = 1)
{
    config::settings made;
    made.deployments = {deployment("vectors", share)};
    made.routes = {route("g", {"in"}, {"vectors"})};
    return made;
}

partition_holdings holding(std::int64_t ours, std::int64_t all) { return {{"in", {ours, all}}}; }

}  // namespace

TEST_CASE("as long as nothing has been dealt out, all that is configured may be used")
{
    const quota_shares whole{one_route()};
    CHECK(whole.share(0, start) == 1.0);
    CHECK(whole.next_rise(start) == never);
    CHECK(quota_shares{one_route(0.25)}.share(0, start) == 0.25);
}

TEST_CASE("a worker may use the part of the quota that it holds of the partitions, at once at its start")
{
    quota_shares shares{one_route()};
    shares.assigned("g", holding(3, 4), start);
    CHECK(shares.share(0, start) == 0.75);
    CHECK(shares.entitled(0) == 0.75);
    CHECK(shares.next_rise(start) == never);
}

TEST_CASE("the configured share is what the workers divide among themselves")
{
    quota_shares shares{one_route(0.5)};
    shares.assigned("g", holding(1, 4), start);
    CHECK(shares.share(0, start) == 0.125);
}

TEST_CASE("fewer partitions count at once, more of them after a minute")
{
    quota_shares shares{one_route()};
    shares.assigned("g", holding(4, 4), start);
    shares.assigned("g", holding(1, 4), start + 10s);
    CHECK(shares.share(0, start + 10s) == 0.25);

    shares.assigned("g", holding(2, 4), start + 20s);
    CHECK(shares.share(0, start + 20s) == 0.25);
    CHECK(shares.entitled(0) == 0.5);
    CHECK(shares.next_rise(start + 20s) == start + 80s);
    CHECK(shares.share(0, start + 80s - 1ns) == 0.25);
    CHECK(shares.share(0, start + 80s) == 0.5);
    CHECK(shares.next_rise(start + 80s) == never);
}

TEST_CASE("partitions that come and go within a minute raise nothing")
{
    quota_shares shares{one_route()};
    shares.assigned("g", holding(2, 4), start);
    shares.assigned("g", holding(4, 4), start + 30s);
    shares.assigned("g", holding(2, 4), start + 60s);
    for (auto after = 30s; after < 300s; after += 10s) CHECK(shares.share(0, start + after) == 0.5);
    CHECK(shares.next_rise(start + 60s) == never);
}

TEST_CASE("steps upwards count one after the other, each when it is a minute old")
{
    quota_shares shares{one_route()};
    shares.assigned("g", holding(1, 4), start);
    shares.assigned("g", holding(2, 4), start + 20s);
    shares.assigned("g", holding(4, 4), start + 50s);
    CHECK(shares.share(0, start + 79s) == 0.25);
    CHECK(shares.next_rise(start + 50s) == start + 80s);
    CHECK(shares.share(0, start + 80s) == 0.5);
    CHECK(shares.next_rise(start + 80s) == start + 110s);
    CHECK(shares.share(0, start + 110s) == 1.0);
}

TEST_CASE("partitions that are added to a topic make the share of those who do not get them smaller")
{
    quota_shares shares{one_route()};
    shares.assigned("g", holding(2, 4), start);
    shares.assigned("g", holding(2, 8), start + 1s);
    CHECK(shares.share(0, start + 1s) == 0.25);
}

TEST_CASE("a worker that holds nothing keeps the share of one partition")
{
    quota_shares shares{one_route()};
    shares.assigned("g", holding(0, 4), start);
    CHECK(shares.share(0, start) == 0.25);
}

TEST_CASE("a count of partitions that is older than the assignment makes no share above the whole")
{
    quota_shares shares{one_route()};
    shares.assigned("g", holding(6, 4), start);
    CHECK(shares.share(0, start) == 1.0);
}

TEST_CASE("topics without partitions leave the share as it was")
{
    quota_shares shares{one_route()};
    shares.assigned("g", holding(0, 0), start);
    CHECK(shares.share(0, start) == 1.0);
    shares.assigned("g", holding(1, 2), start + 1s);
    CHECK(shares.share(0, start + 1s) == 0.5);
}

TEST_CASE("all topics of all routes that a deployment serves count together, and no others")
{
    config::settings settings;
    settings.deployments = {deployment("vectors"), deployment("writer"), deployment("idle")};
    settings.routes = {route("g", {"a", "b"}, {"vectors"}), route("g", {"c"}, {"writer", "vectors"})};
    quota_shares shares{settings};
    shares.assigned("g", {{"a", {1, 4}}, {"b", {2, 2}}, {"c", {0, 6}}}, start);
    CHECK(shares.share(0, start) == Approx(3.0 / 12));
    CHECK(shares.share(1, start) == Approx(1.0 / 6));
    CHECK(shares.share(2, start) == 1.0);
}

TEST_CASE("each group counts its topics for itself, and from when it has joined")
{
    config::settings settings;
    settings.deployments = {deployment("vectors")};
    settings.routes = {route("live", {"in"}, {"vectors"}), route("again", {"in"}, {"vectors"})};
    quota_shares shares{settings};
    shares.assigned("live", holding(1, 4), start);
    CHECK(shares.share(0, start) == 0.25);
    shares.assigned("again", holding(1, 4), start + 1s);
    CHECK(shares.share(0, start + 1s) == 0.25);
    shares.assigned("again", holding(4, 4), start + 2s);
    CHECK(shares.share(0, start + 62s) == Approx(5.0 / 8));
}

TEST_CASE("whatever is dealt out among the members of a group, their shares are never more than the whole")
{
    constexpr int members = 4;
    constexpr std::int64_t partitions = 16;
    const auto settings = one_route();
    std::vector<quota_shares> group(members, quota_shares{settings});
    std::uint32_t drawn = 7;
    auto now = start;
    for (int round = 0; round < 200; ++round) {
        now += std::chrono::seconds{(drawn >> 8) % 90};
        std::array<std::int64_t, members> dealt{};
        for (std::int64_t each = 0; each < partitions; ++each) {
            drawn = drawn * 1'664'525 + 1'013'904'223;
            ++dealt.at((drawn >> 16) % members);
        }
        double sum = 0;
        for (std::size_t each = 0; each < members; ++each) {
            // One that holds nothing keeps a partition's share, which is the one way to a sum above the
            // whole.
            if (dealt.at(each) == 0) continue;
            group[each].assigned("g", holding(dealt.at(each), partitions), now);
            sum += group[each].share(0, now);
        }
        CHECK(sum <= 1 + 1e-9);
    }
}

TEST_CASE("deployments of one pool have one share, by all topics of all routes that use one of them")
{
    config::settings pooled;
    pooled.deployments = {deployment("east"), deployment("west"), deployment("other")};
    pooled.deployments[0].pool = pooled.deployments[1].pool = "global";
    pooled.routes = {route("g", {"a"}, {"east"}), route("g", {"b"}, {"west", "other"})};
    quota_shares members{pooled};
    members.assigned("g", {{"a", {1, 4}}, {"b", {3, 4}}}, start);
    CHECK(members.share(0, start) == Approx(0.5));
    CHECK(members.share(1, start) == Approx(0.5));
    CHECK(members.share(2, start) == Approx(0.75));
}
