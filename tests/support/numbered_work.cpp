#include "tests/support/numbered_work.hpp"

#include "tools/reading/published.hpp"

namespace tests {

kafka_record numbered_record(int number, const std::string& text, int partition)
{
    const auto id = "job-" + std::to_string(number);
    return {
        .key = id, .value = R"({"id": ")" + id + R"(", "body": ")" + text + R"("})", .partition = partition};
}

std::vector<kafka_record> numbered_records(int count, int partitions, int first)
{
    std::vector<kafka_record> all;
    for (int i = first; i < first + count; ++i)
        all.push_back(numbered_record(i, "text " + std::to_string(i), i % partitions));
    return all;
}

std::string embedding_work(std::string_view deployment_members, std::string_view route_members)
{
    return R"("deployments": {"there": {)" + std::string{deployment_members} + R"(
        "api": "azure_v1", "endpoint": "${SIMULATOR}", "auth": {"api_key": {"env": "KEY"}},
        "deployment": "text-embedding-3-small", "model": "text-embedding-3-small"}},
      "routes": {"work": {)" +
           std::string{route_members} + R"(
        "from": "${RUN}-in", "operation": "embeddings", "id": "/id", "text": "/body",
        "deployments": ["there"], "to": "${RUN}-out", "dead_letters": "${RUN}-dead"}})";
}

reading::outcome_tally tally_outcomes(const mill_rig& rig, int expected)
{
    reading::outcome_tally tally;
    for (int i = 0; i < expected; ++i) tally.expect("job-" + std::to_string(i));
    for (const auto& each : rig.read("out")) {
        if (each.value) {
            tally.count(reading::read_result(*each.value).id, "result");
        } else {
            tally.count(each.key.value_or("no key"), "tombstone");
        }
    }
    for (const auto& each : rig.read("dead"))
        tally.count(each.key.value_or("no key"), each.header("batchmill-class").value_or("no class"));
    return tally;
}

}  // namespace tests
