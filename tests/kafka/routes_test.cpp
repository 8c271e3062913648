// Several routes in one process.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/support/json_file.hpp"
#include "tests/support/numbered_work.hpp"

using namespace std::chrono_literals;

namespace tests {
namespace {

std::vector<kafka_record> texts(const std::string& word, int count)
{
    std::vector<kafka_record> all;
    for (int i = 0; i < count; ++i) all.push_back(numbered_record(i, word + ' ' + std::to_string(i), i % 2));
    return all;
}

std::string route(const std::string& name, const std::string& from, const std::string& further)
{
    return '"' + name + R"(": {"from": "${RUN}-)" + from + R"(", "operation": "embeddings", "id": "/id",
        "text": "/body", "deployments": ["there"], "to": "${RUN}-)" +
           name + R"(-out", "dead_letters": "${RUN}-dead", "group": "${RUN}-)" + name + R"(")" + further +
           "},";
}

constexpr std::string_view deployment =
    R"("deployments": {"there": {"api": "openai", "endpoint": "${SIMULATOR}/v1", "model": "model-a"}}, )";

bool holds_both(const simulator::http_request& request, const std::string& one, const std::string& other)
{
    return request.body.find(one) != std::string::npos && request.body.find(other) != std::string::npos;
}

}  // namespace

TEST_CASE("texts of two topics and two groups travel in one request")
{
    mill_rig rig{{.kept_requests = 64}};
    rig.make_topics({{"a", 2}, {"b", 2}, {"first-out"}, {"second-out"}, {"dead"}});
    rig.write("a", texts("apples", 20));
    rig.write("b", texts("berries", 20));
    rig.configure(std::string{deployment} + R"("routes": {)" + route("first", "a", "") +
                  route("second", "b", "") + "}");
    // Nothing is answered before both groups have read something.
    rig.service().set_faults(R"([{"then": {"status": 429, "headers": {"retry-after-ms": "100"}}}])");

    auto program = rig.start("run", {"--until-end"});
    const auto shared = [&rig] {
        const auto all = rig.service().requests();
        return std::any_of(all.begin(), all.end(),
                           [](const auto& each) { return holds_both(each, "apples", "berries"); });
    };
    while (!shared() && program.runs(100ms)) {
    }
    rig.service().set_faults("[]");
    const int code = program.wait();
    REQUIRE_MESSAGE(code == 0, program.errors());

    CHECK(shared());
    CHECK(rig.read("first-out").size() == 20);
    CHECK(rig.read("second-out").size() == 20);
    CHECK(rig.read("dead").empty());
    CHECK(rig.has_committed_all("a", rig.named("first")));
    CHECK(rig.has_committed_all("b", rig.named("second")));
    CHECK(rig.service().account().totals().max_bought_per_input == 1);
}

TEST_CASE("two routes read one topic, each in a group of its own and in its own way")
{
    mill_rig rig{{.kept_requests = 64}};
    rig.make_topics({{"a", 2}, {"small-out"}, {"large-out"}, {"dead"}});
    rig.write("a", texts("apples", 10));
    rig.configure(std::string{deployment} + R"("routes": {)" +
                  route("small", "a", R"(, "parameters": {"dimensions": 8})") +
                  route("large", "a", R"(, "parameters": {"dimensions": 16}, "encoding": "float32")") + "}");

    const auto run = rig.run_until_end();
    REQUIRE_MESSAGE(run.exit_code == 0, run.log);

    const auto small = rig.read("small-out");
    const auto large = rig.read("large-out");
    CHECK(small.size() == 10);
    CHECK(large.size() == 10);
    for (const auto& each : small) CHECK(parse_json(*each.value)["vector"].Size() == 8);
    for (const auto& each : large) {
        CHECK(parse_json(*each.value)["vector"].IsString());
        CHECK(each.header("batchmill-dimensions") == "16");
    }
    // What is asked for differently is never in one request.
    for (const auto& each : rig.service().requests())
        CHECK(!holds_both(each, R"("dimensions":8)", R"("dimensions":16)"));
    CHECK(rig.has_committed_all("a", rig.named("small")));
    CHECK(rig.has_committed_all("a", rig.named("large")));
}

TEST_CASE("a job of several texts has one outcome")
{
    mill_rig rig;
    rig.make_topics({{"in"}, {"out"}, {"dead"}});
    rig.write("in",
              {{.key = "k", .value = R"({"id": "job-0", "body": ["one", "two", "three", "four", "five"]})"}});
    rig.configure(embedding_work(R"("max_inputs": 2,)", R"("parameters": {"dimensions": 8},)"));

    const auto run = rig.run_until_end();
    REQUIRE_MESSAGE(run.exit_code == 0, run.log);

    const auto out = rig.read("out");
    REQUIRE(out.size() == 1);
    const auto result = parse_json(*out[0].value);
    REQUIRE(result["vectors"].Size() == 5);
    for (const auto& each : result["vectors"].GetArray()) CHECK(each.Size() == 8);
    CHECK(result["attempts"].GetInt() == 3);
    CHECK(result["usage"]["total_tokens"].GetInt() == 5);
}

}  // namespace tests
