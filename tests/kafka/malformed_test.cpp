// What cannot be worked on ends as a dead letter that says why; its neighbours do not notice.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/support/numbered_work.hpp"

namespace tests {
namespace {

struct malformed_record {
    std::string value;
    std::string code;
};

std::vector<malformed_record> one_of_each_kind()
{
    constexpr std::size_t larger_than_any_record = 20'000'000;
    return {
        {"{\"id\": \"a\", \"body\": \"\xff\xfe\"}", "invalid_utf8"},
        {R"({"id": "a", "body": "before\u0000behind"})", "nul_in_text"},
        {R"({"body": "half a pair: \ud83d"})", "lone_surrogate"},
        {std::string(100'000, '['), "too_deep"},
        {R"({"id": "a", "body": 4711})", "wrong_type"},
        {R"({"body": "one", "body": "two"})", "duplicate_member"},
        {R"({"body": ")" + std::string(larger_than_any_record, 'x') + R"("})", "record_too_large"},
        {std::string{"\0\0\0\0\7{\"body\": \"framed\"}", 23}, "registry_framing"},
        {R"({"id": "a", "body": " \n "})", "empty_text"},
        {R"({"id": 1})", "missing_member"},
        {R"(["body"])", "not_an_object"},
        {R"({"body": "cut o)", "truncated_json"},
        {R"({"body": "a"} and more)", "trailing_bytes"},
        {"\xef\xbb\xbf{\"body\": \"marked\"}", "byte_order_mark"},
        {"once upon a time", "not_json"},
        {"", "empty_value"},
    };
}

std::vector<std::pair<std::string, std::optional<std::string>>> foreign_headers()
{
    return {
        {"trace", "one"}, {"trace", "two"}, {"bytes", std::string{"\0\xff", 2}}, {"nothing", std::nullopt}};
}

constexpr std::string_view room_for_large_records =
    R"("properties": {"message.max.bytes": "40000000", "client.id": "large"})";

}  // namespace

TEST_CASE("each kind of malformed record ends as it came, and its neighbours are answered")
{
    mill_rig rig;
    const std::vector<std::pair<std::string, std::string>> large{{"max.message.bytes", "40000000"}};
    rig.make_topics({{"in", 2, large}, {"out", 1}, {"dead", 1, large}});
    const auto malformed = one_of_each_kind();
    std::vector<kafka_record> records;
    for (std::size_t i = 0; i < malformed.size(); ++i) {
        const auto number = static_cast<int>(i);
        records.push_back(numbered_record(number, "a good neighbour", number % 2));
        records.push_back({.key = "bad-" + std::to_string(i),
                           .value = malformed[i].value,
                           .headers = foreign_headers(),
                           .partition = number % 2});
    }
    rig.write("in", records);
    rig.configure(embedding_work(), room_for_large_records);

    const auto run = rig.run_until_end();
    REQUIRE_MESSAGE(run.exit_code == 0, run.log);

    CHECK(rig.read("out").size() == malformed.size());
    const auto dead = rig.read("dead");
    CHECK(dead.size() == malformed.size());
    for (std::size_t i = 0; i < malformed.size(); ++i) {
        INFO(malformed[i].code);
        const auto key = "bad-" + std::to_string(i);
        const auto found =
            std::find_if(dead.begin(), dead.end(), [&](const kafka_record& each) { return each.key == key; });
        REQUIRE(found != dead.end());
        CHECK((found->value == malformed[i].value));  // not printed: it may have 20 MB
        const auto theirs = foreign_headers();
        REQUIRE(found->headers.size() > theirs.size());
        CHECK(std::equal(theirs.begin(), theirs.end(), found->headers.begin()));
        CHECK(found->header("batchmill-class") == "rejected");
        CHECK(found->header("batchmill-code") == malformed[i].code);
        CHECK(!found->header("batchmill-reason").value_or("").empty());
        CHECK(found->header("batchmill-attempts") == "0");
        CHECK(found->header("batchmill-source") ==
              rig.named("in") + "/" + std::to_string(i % 2) + "/" + std::to_string(i / 2 * 2 + 1));
    }
    CHECK(rig.has_committed_all("in"));
}

TEST_CASE("a dead letter that does not fit its topic leaves its value behind")
{
    mill_rig rig;
    rig.make_topics({{"in", 1, {{"max.message.bytes", "40000000"}}}, {"out"}, {"dead"}});
    rig.write("in", {{.key = "large", .value = std::string(20'000'000, '['), .headers = foreign_headers()},
                     numbered_record(0, "a good neighbour")});
    rig.configure(embedding_work());

    const auto run = rig.run_until_end();
    REQUIRE_MESSAGE(run.exit_code == 0, run.log);

    CHECK(rig.read("out").size() == 1);
    const auto dead = rig.read("dead");
    REQUIRE(dead.size() == 1);
    CHECK(dead[0].key == "large");
    CHECK(!dead[0].value);
    CHECK(dead[0].header("batchmill-value") == "omitted");
    CHECK(dead[0].header("batchmill-code") == "record_too_large");
    CHECK(dead[0].header("batchmill-source") == rig.named("in") + "/0/0");
}

TEST_CASE("a deletion is forwarded, skipped or refused, as its route says")
{
    mill_rig rig;
    rig.make_topics({{"in-forward"}, {"in-skip"}, {"in-dead_letter"}});
    rig.make_topics({{"out-forward"}, {"out-skip"}, {"out-dead_letter"}, {"dead"}});
    std::string routes;
    for (const std::string rule : {"forward", "skip", "dead_letter"}) {
        rig.write("in-" + rule, {numbered_record(0, "a text"),
                                 {.key = "deleted", .value = std::nullopt},
                                 numbered_record(1, "a text")});
        routes += '"' + rule + R"(": {"from": "${RUN}-in-)" + rule + R"(", "operation": "embeddings",
            "text": "/body", "deployments": ["there"], "to": "${RUN}-out-)" +
                  rule + R"(", "dead_letters": "${RUN}-dead", "tombstones": ")" + rule + R"("},)";
    }
    rig.configure(R"("deployments": {"there": {"api": "openai", "endpoint": "${SIMULATOR}/v1",
        "model": "model-a"}}, "routes": {)" +
                  routes + "}");

    const auto run = rig.run_until_end();
    REQUIRE_MESSAGE(run.exit_code == 0, run.log);

    const auto forwarded = rig.read("out-forward");
    REQUIRE(forwarded.size() == 3);
    const auto deletion = std::find_if(forwarded.begin(), forwarded.end(),
                                       [](const kafka_record& each) { return each.key == "deleted"; });
    REQUIRE(deletion != forwarded.end());
    CHECK(!deletion->value);
    CHECK(deletion->header("batchmill-route") == "forward");
    CHECK(rig.read("out-skip").size() == 2);
    CHECK(rig.read("out-dead_letter").size() == 2);
    const auto dead = rig.read("dead");
    REQUIRE(dead.size() == 1);
    CHECK(dead[0].key == "deleted");
    CHECK(!dead[0].value);
    CHECK(dead[0].header("batchmill-code") == "tombstone");
    for (const std::string rule : {"forward", "skip", "dead_letter"})
        CHECK(rig.has_committed_all("in-" + rule));
}

}  // namespace tests
