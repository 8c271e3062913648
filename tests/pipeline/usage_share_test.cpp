#include "pipeline/usage_share.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

using pipeline::split;
using pipeline::usage;

namespace {

usage sum_of(const std::vector<usage>& shares)
{
    usage sum;
    for (const auto& each : shares) sum += each;
    return sum;
}

}  // namespace

TEST_CASE("usage is shared in proportion to the weights")
{
    const std::int64_t weights[] = {1, 2, 1};
    const auto shares = split({40, 8, 48}, weights, weights);
    REQUIRE(shares.size() == 3);
    CHECK(shares[0] == usage{10, 2, 12});
    CHECK(shares[1] == usage{20, 4, 24});
    CHECK(shares[2] == usage{10, 2, 12});
}

TEST_CASE("tokens left over go to the parts that lost most by rounding, the earlier one first")
{
    const std::int64_t weights[] = {1, 5, 1};  // 10/7 = 1.43, 50/7 = 7.14, 1.43
    const auto shares = split({10, 0, 10}, weights, weights);
    CHECK(shares[0].prompt_tokens == 2);
    CHECK(shares[1].prompt_tokens == 7);
    CHECK(shares[2].prompt_tokens == 1);
}

TEST_CASE("parts without any weight share equally")
{
    const std::int64_t weights[] = {0, 0, 0};
    const auto shares = split({7, 0, 7}, weights, weights);
    CHECK(shares[0].total_tokens == 3);
    CHECK(shares[1].total_tokens == 2);
    CHECK(shares[2].total_tokens == 2);
}

TEST_CASE("one part gets everything, and no part nothing")
{
    const std::int64_t weight[] = {0};
    CHECK(split({5, 6, 12}, weight, weight).front() == usage{5, 6, 12});
    CHECK(split({5, 6, 12}, {}, {}).empty());
}

TEST_CASE("a total that is more than its parts is shared exactly too")
{
    const std::int64_t weights[] = {3, 3, 3};
    CHECK(sum_of(split({10, 5, 17}, weights, weights)) == usage{10, 5, 17});
}

TEST_CASE("enormous weights and totals do not overflow")
{
    constexpr auto huge = std::numeric_limits<std::int64_t>::max();
    const std::int64_t weights[] = {huge, huge, 1, 0};
    const usage total{std::int64_t{1} << 40, std::int64_t{1} << 40, std::int64_t{1} << 41};
    const auto shares = split(total, weights, weights);
    CHECK(sum_of(shares) == total);
    CHECK(shares[0].prompt_tokens == shares[1].prompt_tokens);
}

TEST_CASE("shares sum up exactly and are nowhere more than one token off, whatever the weights")
{
    const auto seed = std::random_device{}();
    CAPTURE(seed);
    std::mt19937_64 random{seed};
    for (int round = 0; round < 500; ++round) {
        std::vector<std::int64_t> weights(1 + random() % 300);
        double weight_sum = 0;
        for (auto& each : weights) {
            each = static_cast<std::int64_t>(random() % 3 == 0 ? 0 : random() % 8192);
            weight_sum += static_cast<double>(each);
        }
        usage total;
        total.prompt_tokens = static_cast<std::int64_t>(random() % 300'000);
        total.completion_tokens = static_cast<std::int64_t>(random() % 5'000);
        total.total_tokens = total.prompt_tokens + total.completion_tokens;
        const auto shares = split(total, weights, weights);
        CHECK(sum_of(shares) == total);
        if (weight_sum == 0) continue;
        for (std::size_t i = 0; i < weights.size(); ++i) {
            const auto exact =
                static_cast<double>(total.prompt_tokens) * static_cast<double>(weights[i]) / weight_sum;
            CHECK(std::abs(static_cast<double>(shares[i].prompt_tokens) - exact) < 1.0);
            CHECK(shares[i].total_tokens == shares[i].prompt_tokens + shares[i].completion_tokens);
        }
    }
}

TEST_CASE("what was generated is shared by how much each part generated, whatever it was asked")
{
    const std::int64_t prompts[] = {300, 100};
    const std::int64_t answers[] = {10, 30};
    const auto shares = split({40, 20, 60}, prompts, answers);
    CHECK(shares[0] == usage{30, 5, 35});
    CHECK(shares[1] == usage{10, 15, 25});
}
