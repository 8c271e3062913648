// The forms of output, as they stand in a topic.
#include <doctest/doctest.h>

#include <algorithm>

#include "pipeline/json_document.hpp"
#include "tests/support/numbered_work.hpp"

namespace tests {
namespace {

constexpr int count = 30;

/// The outcomes of numbered records, one of which is blank, published as these members of the route say.
std::vector<kafka_record> published_with(mill_rig& rig, std::string_view route_members)
{
    rig.make_topics({{"in", 2}, {"out", 1}, {"dead", 1}});
    auto records = numbered_records(count, 2);
    records.push_back(numbered_record(count, " "));
    rig.write("in", records);
    rig.configure(embedding_work({}, route_members));
    const auto run = rig.run_until_end();
    REQUIRE_MESSAGE(run.exit_code == 0, run.log);
    REQUIRE(rig.read("dead").size() == 1);
    return rig.read("out");
}

/// What stands at a pointer of one or two members, as JSON; empty where nothing does.
std::string at(const std::string& value, const std::vector<std::string>& tokens)
{
    const auto document = pipeline::json_document::parse(value);
    REQUIRE(document.has_value());
    const auto found = document->root().at(tokens);
    return found ? std::string{found->source()} : "";
}

}  // namespace

TEST_CASE("batch lines come out for batch lines, errors among them")
{
    mill_rig rig;
    const auto lines = published_with(rig, R"("output": "batch_line", "errors": "inline",)");
    REQUIRE(lines.size() == count + 1);
    for (const auto& each : lines) {
        CAPTURE(*each.value);
        CHECK(at(*each.value, {"custom_id"}) == '"' + *each.key + '"');
        CHECK(at(*each.value, {"id"}).starts_with("\"batch_req_work/"));
        const bool is_error = at(*each.value, {"response"}) == "null";
        if (is_error) {
            CHECK(each.key == "job-" + std::to_string(count));
            CHECK(at(*each.value, {"error", "code"}) == "\"empty_text\"");
        } else {
            CHECK(at(*each.value, {"response", "status_code"}) == "200");
            CHECK(at(*each.value, {"response", "body", "object"}) == "\"list\"");
            CHECK(at(*each.value, {"response", "body", "data", "0", "index"}) == "0");
        }
    }
    CHECK(std::count_if(lines.begin(), lines.end(), [](const kafka_record& each) {
              return at(*each.value, {"response"}) == "null";
          }) == 1);
}

TEST_CASE("a merged record is the record with its vector")
{
    mill_rig rig;
    const auto records = published_with(
        rig,
        R"("output": "merge", "merge_at": "/ai/vector", "encoding": "int8", "parameters": {"dimensions": 8},)");
    REQUIRE(records.size() == count);
    for (const auto& each : records) {
        CHECK(at(*each.value, {"id"}) == '"' + *each.key + '"');
        CHECK(at(*each.value, {"body"}).starts_with("\"text "));
        CHECK(at(*each.value, {"ai", "vector", "values"}).size() == 14);  // 8 bytes in base64 and quotes
        CHECK(each.header("batchmill-dimensions") == "8");
    }
}

TEST_CASE("a raw vector is its bytes, and headers say what they mean")
{
    mill_rig rig;
    const auto vectors = published_with(
        rig,
        R"("output": "raw", "encoding": "float16", "parameters": {"dimensions": 64}, "normalize": true,)");
    REQUIRE(vectors.size() == count);
    for (const auto& each : vectors) {
        CHECK(each.value->size() == 128);
        CHECK(each.header("batchmill-id") == each.key);
        CHECK(each.header("batchmill-encoding") == "float16");
        CHECK(each.header("batchmill-dimensions") == "64");
        CHECK(each.header("batchmill-model") == "text-embedding-3-small");
    }
}

}  // namespace tests
