// Outcomes of a key come in the order of its records, whichever call is answered first.
#include <doctest/doctest.h>

#include <map>

#include "tests/support/numbered_work.hpp"

using namespace std::chrono_literals;

namespace tests {
namespace {

constexpr int keys = 12;

/// Numbered records that share a few keys, one key in one partition.
std::vector<kafka_record> records_of_few_keys(int count, int partitions)
{
    auto all = numbered_records(count, partitions);
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto key = static_cast<int>(i) % keys;
        all[i].key = "key-" + std::to_string(key);
        all[i].partition = key % partitions;
    }
    return all;
}

/// The offset that stands behind the last stroke of an outcome id.
std::int64_t source_offset(const kafka_record& outcome)
{
    const auto id = outcome.header("batchmill-outcome-id").value_or("/-1");
    return std::stoll(id.substr(id.rfind('/') + 1));
}

int out_of_order(const std::vector<kafka_record>& outcomes)
{
    std::map<std::string, std::int64_t> last;
    int count = 0;
    for (const auto& each : outcomes) {
        const auto offset = source_offset(each);
        auto& before = last.try_emplace(each.key.value_or(""), -1).first->second;
        if (offset < before) ++count;
        before = offset;
    }
    return count;
}

}  // namespace

TEST_CASE("results of a key keep the order of its records where calls overtake each other")
{
    constexpr int count = 600;
    for (const std::string delivery : {"at_least_once", "exactly_once"}) {
        CAPTURE(delivery);
        for (const std::string order : {"key", "none"}) {
            CAPTURE(order);
            mill_rig rig{{.latency = 5ms}};
            rig.make_topics({{"in", 3}, {"out", 2}, {"dead", 1}});
            rig.write("in", records_of_few_keys(count, 3));
            rig.configure(embedding_work(R"("max_inputs": 1, "max_concurrency": 32,)",
                                         R"("parameters": {"dimensions": 16}, "order": ")" + order + R"(",)"),
                          R"("delivery": ")" + delivery + '"');
            rig.service().set_faults(R"([{"when": {"input_contains": "3"}, "then": {"delay_ms": 120}}])");
            const auto run = rig.run_until_end();
            REQUIRE_MESSAGE(run.exit_code == 0, run.log);
            const auto outcomes = rig.read("out");
            CHECK(outcomes.size() == count);
            const auto wrong = out_of_order(outcomes);
            if (order == "key") CHECK(wrong == 0);
            if (order == "none") CHECK(wrong > 0);
            CHECK(rig.service().account().totals().max_bought_per_input == 1);
        }
    }
}

}  // namespace tests
