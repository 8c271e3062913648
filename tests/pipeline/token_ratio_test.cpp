#include "pipeline/token_ratio.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>

#include "tests/support/grouping_rig.hpp"

using namespace config::literals;
using pipeline::token_ratio;

namespace {

constexpr std::size_t request_bytes = 64 * 400;  // 64 texts of the usual length

std::int64_t tokens_at(double ratio, std::size_t bytes)
{
    return static_cast<std::int64_t>(ratio * static_cast<double>(bytes));
}

token_ratio taught(double ratio, int replies, std::size_t bytes = request_bytes)
{
    token_ratio learner;
    for (int i = 0; i < replies; ++i) learner.learn(tokens_at(ratio, bytes), bytes);
    return learner;
}

}  // namespace

TEST_CASE("a byte of text is taken for a quarter of a token until replies have been billed")
{
    const token_ratio fresh;
    CHECK(fresh.per_byte() == 0.25);
    CHECK_FALSE(fresh.is_learnt());
    CHECK(fresh.tokens_of(10) == 3_tok);
    CHECK(fresh.tokens_of(0) == 1_tok);
    CHECK(fresh.bytes_of(8192_tok) == 32'768);
}

TEST_CASE("a few replies bring the ratio within five per cent of the truth, from either side")
{
    for (const double truth : {0.6, 0.12}) {
        const auto learner = taught(truth, 4);
        CHECK(learner.is_learnt());
        CHECK(learner.per_byte() == doctest::Approx(truth).epsilon(0.05));
    }
}

TEST_CASE("a tiny request says little")
{
    token_ratio learner;
    learner.learn(20, 24);
    CHECK(learner.per_byte() == doctest::Approx(0.25).epsilon(0.02));
    auto sure = taught(0.3, 20);
    sure.learn(100, 100);
    CHECK(sure.per_byte() == doctest::Approx(0.3).epsilon(0.001));
}

TEST_CASE("what came last counts most: after two mebibytes of another language the old one is forgotten")
{
    auto learner = taught(0.2, 200);
    for (int i = 0; i < 80; ++i) learner.learn(tokens_at(0.7, request_bytes), request_bytes);
    CHECK(learner.per_byte() == doctest::Approx(0.7).epsilon(0.05));
}

TEST_CASE("bills that no text of that size can have are left out")
{
    auto learner = taught(0.4, 10);
    const auto before = learner.per_byte();
    learner.learn(0, request_bytes);
    learner.learn(-5, request_bytes);
    learner.learn(std::numeric_limits<std::int64_t>::min(), request_bytes);
    learner.learn(std::numeric_limits<std::int64_t>::max(), request_bytes);
    learner.learn(request_bytes + 1, request_bytes);
    learner.learn(request_bytes / 64 - 1, request_bytes);
    learner.learn(10, 0);
    CHECK(learner.per_byte() == before);

    token_ratio fresh;
    fresh.learn(0, request_bytes);
    CHECK_FALSE(fresh.is_learnt());
}

TEST_CASE("whatever is billed, the ratio stays above a token for 64 bytes and below one for each")
{
    CHECK(taught(1.0, 1000).per_byte() <= 1.0);
    CHECK(taught(1.0, 1000).bytes_of(100_tok) >= 100);
    CHECK(taught(1.0 / 64, 1000).per_byte() >= 1.0 / 64);
    CHECK(taught(0.5, 1, std::size_t{1} << 40).per_byte() == doctest::Approx(0.5));
    CHECK(token_ratio{}.bytes_of(config::tokens{INT64_MAX}) > 0);
}

TEST_CASE("each route has a ratio of its own")
{
    tests::grouping_rig rig;
    rig.add_deployment();
    const auto& english = rig.add_route("english");
    const auto& chinese = rig.add_route("chinese");
    pipeline::token_ratios ratios;
    ratios.of(chinese) = taught(0.6, 10);
    CHECK(ratios.known_of(english).per_byte() == 0.25);
    CHECK(ratios.known_of(chinese).per_byte() > 0.5);
}
