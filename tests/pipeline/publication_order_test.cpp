#include "pipeline/publication_order.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <vector>

using pipeline::order_place;
using pipeline::publication_order;

namespace {

struct line_of_five {
    line_of_five(std::size_t ahead = 16)
    {
        for (auto& each : places) order.enter(*(each = std::make_unique<order_place>()), 1, "key", ahead);
    }
    [[nodiscard]] std::string turns() const
    {
        return state([](order_place& each) { return each.turn().is_open(); });
    }
    [[nodiscard]] std::string let_in() const
    {
        return state([](order_place& each) { return each.may_ask().is_open(); });
    }
    [[nodiscard]] std::string broken() const
    {
        return state([](order_place& each) { return each.is_broken(); });
    }

    publication_order order;
    std::vector<std::unique_ptr<order_place>> places{5};

private:
    template <class Question>
    [[nodiscard]] std::string state(Question question) const
    {
        std::string text;
        for (const auto& each : places) text += !each ? '.' : question(*each) ? '1' : '0';
        return text;
    }
};

}  // namespace

TEST_SUITE_BEGIN("publication order");

TEST_CASE("outcomes of one key have their turns one after the other")
{
    line_of_five line;
    CHECK(line.turns() == "10000");
    line.places[0]->pass_on();
    CHECK(line.turns() == "11000");
    line.places[1]->pass_on();
    line.places[2]->pass_on();
    CHECK(line.turns() == "11110");
    line.places.clear();
    CHECK(line.order.lines() == 0);
}

TEST_CASE("keys do not wait for each other, nor do the same keys of two partitions")
{
    publication_order order;
    order_place one;
    order_place other_key;
    order_place other_partition;
    order.enter(one, 1, "a", 16);
    order.enter(other_key, 1, "b", 16);
    order.enter(other_partition, 2, "a", 16);
    CHECK(order.lines() == 3);
    for (auto* each : {&one, &other_key, &other_partition}) {
        CHECK(each->turn().is_open());
        CHECK(each->may_ask().is_open());
    }
}

TEST_CASE("no more than the given number of jobs ask ahead of the first one of their key")
{
    line_of_five line{2};
    CHECK(line.let_in() == "11100");
    line.places[0]->pass_on();
    CHECK(line.let_in() == "11110");
    line.places[1]->pass_on();
    CHECK(line.let_in() == "11111");
}

TEST_CASE("a job that stays open keeps everything behind it open, and nothing before it")
{
    line_of_five line;
    line.places[2].reset();
    CHECK(line.broken() == "00.11");
    CHECK(line.turns() == "10.11");
    order_place late;
    line.order.enter(late, 1, "key", 16);
    CHECK(late.is_broken());
    line.places[0]->pass_on();
    CHECK_FALSE(line.places[1]->is_broken());
    CHECK(line.turns() == "11.11");
}

TEST_CASE("a key can be used again when its line has come to its end")
{
    publication_order order;
    for (int round = 0; round < 3; ++round) {
        order_place only;
        order.enter(only, 1, "key", 0);
        CHECK(only.turn().is_open());
        only.pass_on();
        only.pass_on();
        CHECK(order.lines() == 0);
    }
}

TEST_CASE("thousands of keys that come and go in any order keep the order of each")
{
    const auto seed = std::random_device{}();
    CAPTURE(seed);
    std::mt19937 random{seed};
    constexpr std::size_t keys = 3000;
    constexpr std::size_t jobs = 20'000;
    constexpr std::size_t ahead = 3;
    struct job {
        std::string key;
        std::size_t number_of_key;
        order_place place;
    };
    publication_order order;
    std::vector<std::unique_ptr<job>> open;
    std::vector<std::size_t> read(keys);
    std::vector<std::size_t> published(keys);
    std::size_t wrong = 0;
    for (std::size_t made = 0; made < jobs || !open.empty();) {
        if (open.empty() || (made < jobs && random() % 3 != 0)) {
            const auto key = random() % keys;
            auto& one = *open.emplace_back(std::make_unique<job>());
            one.key = std::to_string(key);
            one.number_of_key = read[key]++;
            order.enter(one.place, 7, one.key, ahead);
            ++made;
            continue;
        }
        const auto which = random() % open.size();
        auto& one = *open[which];
        const auto key = std::stoul(one.key);
        const auto is_next = one.number_of_key == published[key];
        const auto is_near = one.number_of_key <= published[key] + ahead;
        wrong += (one.place.turn().is_open() != is_next) + (one.place.may_ask().is_open() != is_near);
        if (!is_next) continue;
        ++published[key];
        one.place.pass_on();
        std::swap(open[which], open.back());
        open.pop_back();
    }
    CHECK(wrong == 0);
    CHECK(published == read);
    CHECK(order.lines() == 0);
}

TEST_SUITE_END();
