#include "pipeline/reply_slots.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include <random>

namespace {

using order = std::vector<std::size_t>;

pipeline::result<order> joined(std::vector<std::optional<std::int64_t>> indices, std::size_t places)
{
    pipeline::reply_slots slots;
    for (const auto& each : indices) slots.add(each);
    return slots.join(places);
}

std::string code_of(std::vector<std::optional<std::int64_t>> indices, std::size_t places)
{
    const auto item_at = joined(std::move(indices), places);
    return item_at ? "" : item_at.error().code();
}

}  // namespace

TEST_CASE("items are joined by their index, in whatever order they come")
{
    CHECK(*joined({2, 0, 1}, 3) == order{1, 2, 0});
    const auto seed = std::random_device{}();
    CAPTURE(seed);
    std::vector<std::optional<std::int64_t>> shuffled(500);
    for (std::size_t i = 0; i < shuffled.size(); ++i) shuffled[i] = static_cast<std::int64_t>(i);
    std::shuffle(shuffled.begin(), shuffled.end(), std::mt19937{seed});
    const auto item_at = joined(shuffled, shuffled.size());
    REQUIRE(item_at.has_value());
    for (std::size_t place = 0; place < shuffled.size(); ++place)
        CHECK(shuffled[(*item_at)[place]] == static_cast<std::int64_t>(place));
}

TEST_CASE("items without any index keep their order where the count matches")
{
    CHECK(*joined({std::nullopt, std::nullopt}, 2) == order{0, 1});
    CHECK(code_of({std::nullopt}, 2) == "count_mismatch");
}

TEST_CASE("an index that is missing, doubled or out of range is refused")
{
    CHECK(code_of({0, std::nullopt}, 2) == "missing_index");
    CHECK(code_of({1, 1}, 2) == "doubled_index");
    CHECK(code_of({0, 2}, 2) == "index_out_of_range");
    CHECK(code_of({0, -1}, 2) == "index_out_of_range");
    CHECK(code_of({0}, 2) == "count_mismatch");
    CHECK(code_of({0, 1, 2}, 2) == "count_mismatch");
}
