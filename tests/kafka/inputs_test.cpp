// What comes in: plain texts, arrays of texts, and what headers of a record decide.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>

#include "tests/support/json_file.hpp"
#include "tests/support/mill_rig.hpp"
#include "tools/simulator/answer_text.hpp"
#include "tools/simulator/embedding.hpp"

namespace tests {
namespace {

constexpr std::string_view deployment =
    R"("deployments": {"there": {"api": "openai", "endpoint": "${SIMULATOR}/v1", "model": "model-a"}}, )";

/// A route from the topic `from` to "${RUN}-out"; `members` with a comma at their end.
std::string route(const std::string& name, const std::string& members)
{
    return '"' + name + R"(": {)" + members + R"("from": "${RUN}-)" + name +
           R"(", "deployments": ["there"], "to": "${RUN}-)" + name +
           R"(-out", "dead_letters": "${RUN}-dead"},)";
}

std::string work(const std::string& routes)
{
    return std::string{deployment} + R"("routes": {)" + routes + '}';
}

std::string traceparent(const std::string& trace) { return "00-" + trace + "-00f067aa0ba902b7-01"; }

using headers = std::vector<std::pair<std::string, std::optional<std::string>>>;

/// Headers but ours.
headers foreign(const kafka_record& found)
{
    auto all = found.headers;
    std::erase_if(all, [](const auto& each) { return each.first.starts_with("batchmill-"); });
    return all;
}

void check_vector(const rapidjson::Value& found, std::string_view text)
{
    std::vector<float> expected(found.Size());
    simulator::embed(text, expected);
    for (rapidjson::SizeType i = 0; i < found.Size(); ++i) CHECK(found[i].GetFloat() == expected[i]);
}

std::string completion_of(const std::string& prompt, std::size_t max_tokens)
{
    const simulator::completions_parameters asked{.max_tokens = max_tokens, .stop = {}};
    return simulator::completion_answer(simulator::make_input(prompt), asked, 0).text;
}

std::vector<kafka_record> sorted_by_key(std::vector<kafka_record> records)
{
    std::sort(records.begin(), records.end(), [](const auto& a, const auto& b) { return a.key < b.key; });
    return records;
}

}  // namespace

TEST_CASE("plain texts are embedded, completed and answered as they are")
{
    mill_rig rig;
    rig.make_topics({{"vectors"}, {"prompts"}, {"chats"}, {"dead"}});
    rig.make_topics({{"vectors-out"}, {"prompts-out"}, {"chats-out"}});
    const std::string text = " {\"no\": \"JSON\"\r\n\tcaf\xC3\xA9 \\";
    for (const std::string topic : {"vectors", "prompts", "chats"})
        rig.write(topic, {{.key = "good", .value = text},
                          {.key = "bad", .value = std::string{"\0\0\0\0\1framed", 11}},
                          {.key = "worse", .value = "caf\xE9"}});
    rig.configure(work(
        route("vectors", R"("jobs": "text", "operation": "embeddings", "parameters": {"dimensions": 16},)") +
        route("prompts", R"("jobs": "text", "operation": "completions", "text": "Q: {{}}",)") +
        route("chats", R"("jobs": "text", "operation": "chat", "messages": [
                {"role": "system", "content": "Be brief."}, {"role": "user", "content": "{{}}"}],)")));

    const auto run = rig.run_until_end();
    REQUIRE_MESSAGE(run.exit_code == 0, run.log);

    std::map<std::string, rapidjson::Document> results;
    for (const std::string topic : {"vectors", "prompts", "chats"}) {
        const auto out = rig.read(topic + "-out");
        REQUIRE(out.size() == 1);
        CHECK(out[0].key == "good");
        results[topic] = parse_json(out[0].value.value_or("null"));
        CHECK(results[topic]["id"].GetString() == topic + '/' + rig.named(topic) + "/0/0");
        CHECK(rig.has_committed_all(topic));
    }
    REQUIRE(results["vectors"]["vector"].Size() == 16);
    check_vector(results["vectors"]["vector"], text);
    CHECK(results["prompts"]["text"].GetString() == completion_of("Q: " + text, 16));
    const simulator::chat_parameters asked{
        .max_tokens = std::nullopt, .stop = {}, .messages = {{"system", "Be brief."}, {"user", text}}};
    CHECK(results["chats"]["message"]["content"].GetString() == simulator::chat_answer(asked, 0).text);

    const auto dead = rig.read("dead");
    CHECK(dead.size() == 6);
    for (const auto& each : dead)
        CHECK(each.header("batchmill-code") == (each.key == "bad" ? "registry_framing" : "invalid_utf8"));
}

TEST_CASE(
    "records set what their route allows, and one that sets more is a dead letter that can be sent again")
{
    mill_rig rig{{.kept_requests = 64}};
    rig.make_topics({{"prompts"}, {"prompts-out"}, {"dead"}});
    rig.write(
        "prompts",
        {{.key = "as the route says", .value = "a long story"},
         {.key = "shorter", .value = "a long story", .headers = {{"batchmill-set-max_tokens", "3"}}},
         {.key = "shorter too", .value = "a long story", .headers = {{"batchmill-set-max_tokens", "3"}}},
         {.key = "refused", .value = "x", .headers = {{"batchmill-set-model", "\"other\""}}},
         {.key = "malformed", .value = "x", .headers = {{"batchmill-set-max_tokens", "few"}}}});
    const std::string members = R"("jobs": "text", "operation": "completions", "overrides": ["max_tokens"],
        "parameters": {"max_tokens": 12},)";
    rig.configure(work(route("prompts", members)));

    const auto run = rig.run_until_end();
    REQUIRE_MESSAGE(run.exit_code == 0, run.log);

    const auto out = sorted_by_key(rig.read("prompts-out"));
    REQUIRE(out.size() == 3);
    for (const auto& each : out) {
        const auto result = parse_json(each.value.value_or("null"));
        CHECK(result["text"].GetString() == completion_of("a long story", each.key == out[0].key ? 12 : 3));
    }
    for (const auto& each : rig.service().requests()) {
        const bool short_ones = each.body.find("\"max_tokens\":3") != std::string::npos;
        CHECK(short_ones != (each.body.find("\"max_tokens\":12") != std::string::npos));
        CHECK(each.body.find("other") == std::string::npos);
    }

    auto dead = sorted_by_key(rig.read("dead"));
    REQUIRE(dead.size() == 2);
    CHECK(dead[0].header("batchmill-code") == "malformed_override");
    CHECK(dead[0].header("batchmill-set-max_tokens") == "few");
    CHECK(dead[1].header("batchmill-code") == "override_refused");
    CHECK(dead[1].header("batchmill-set-model") == "\"other\"");

    // Both are refused once more for the same reason.
    rig.write("prompts", dead);
    const auto again = rig.run_until_end();
    REQUIRE_MESSAGE(again.exit_code == 0, again.log);
    dead = sorted_by_key(rig.read("dead"));
    REQUIRE(dead.size() == 4);
    for (std::size_t i = 0; i < dead.size(); i += 2) {
        CHECK(dead[i].key == dead[i + 1].key);
        CHECK(dead[i].header("batchmill-code") == dead[i + 1].header("batchmill-code"));
    }
}

TEST_CASE("headers that the route lists arrive with results and deletions, in order and with doubles")
{
    mill_rig rig;
    rig.make_topics({{"texts"}, {"texts-out"}, {"dead"}});
    const headers all{{"x-b", "1"},          {"other", "2"}, {"tenant", std::string{"\0\xFF", 2}},
                      {"x-a", std::nullopt}, {"x-b", "3"},   {"batchmill-route", "theirs"}};
    rig.write("texts", {{.key = "answered", .value = "text", .headers = all},
                        {.key = "deleted", .value = std::nullopt, .headers = all},
                        {.key = "refused", .value = " ", .headers = all}});
    rig.configure(work(
        route("texts", R"("jobs": "text", "operation": "embeddings", "headers": ["tenant", "x-*", "b*"],)")));

    const auto run = rig.run_until_end();
    REQUIRE_MESSAGE(run.exit_code == 0, run.log);

    const auto out = rig.read("texts-out");
    REQUIRE(out.size() == 2);
    for (const auto& each : out) {
        CHECK(foreign(each) == headers{all[0], all[2], all[3], all[4]});
        CHECK(each.header("batchmill-route") == "texts");
    }
    const auto dead = rig.read("dead");
    REQUIRE(dead.size() == 1);
    CHECK(foreign(dead[0]) == headers{all.begin(), all.begin() + 5});
}

TEST_CASE("a request is a part of the trace that all of its records are of")
{
    constexpr int records = 60;
    const std::vector<std::string> traces{"4bf92f3577b34da6a3ce929d0e0e4736",
                                          "00000000000000000000000000000abc"};
    mill_rig rig{{.kept_requests = 2 * records}};
    rig.make_topics(
        {{"chats", 4}, {"chats-out"}, {"one", 4}, {"one-out"}, {"several"}, {"several-out"}, {"dead"}});
    std::vector<kafka_record> chats;
    std::vector<kafka_record> one;
    for (int i = 0; i < records; ++i) {
        const auto text = "text " + std::to_string(i) + '.';
        chats.push_back({.key = "k",
                         .value = text,
                         .headers = {{"traceparent", traceparent(traces[static_cast<std::size_t>(i % 2)])}},
                         .partition = i % 4});
        one.push_back({.key = "k",
                       .value = text,
                       .headers = {{"traceparent", traceparent(traces[0])}},
                       .partition = i % 4});
    }
    rig.write("chats", chats);
    rig.write("one", one);
    rig.write("several", {{.key = "k", .value = R"(["no", "trace"])"},
                          {.key = "k",
                           .value = "broken",
                           .headers = {{"traceparent", "00-" + traces[0] + "\r\nx-injected: 1"}}}});
    rig.configure(work(
        route("chats",
              R"("jobs": "text", "operation": "chat", "messages": [{"role": "user", "content": "{{}}"}],)") +
        route("one", R"("jobs": "text", "operation": "embeddings", "parameters": {"dimensions": 8},)") +
        route("several", R"("jobs": "text", "operation": "completions",)")));

    const auto run = rig.run_until_end();
    REQUIRE_MESSAGE(run.exit_code == 0, run.log);

    std::map<std::string, int> seen;
    std::map<std::string, int> parents;
    for (const auto& each : rig.service().requests()) {
        const std::string sent{simulator::find_header(each.headers, "traceparent")};
        CHECK(simulator::find_header(each.headers, "x-injected").empty());
        if (each.target == "/v1/completions") {
            CHECK(sent.empty());
            continue;
        }
        REQUIRE(sent.size() == traceparent(traces[0]).size());
        ++seen[each.target + ' ' + sent.substr(3, 32)];
        ++parents[sent.substr(36, 16)];
        CHECK(sent.ends_with("-01"));
    }
    CHECK(seen["/v1/chat/completions " + traces[0]] == records / 2);
    CHECK(seen["/v1/chat/completions " + traces[1]] == records / 2);
    CHECK(seen["/v1/embeddings " + traces[0]] >= 1);
    CHECK(seen.size() == 3);
    for (const auto& [parent, times] : parents) CHECK(times == 1);
    CHECK(rig.read("several-out").size() == 2);
    CHECK(rig.read("chats-out").front().header("traceparent").value_or("").ends_with("-00f067aa0ba902b7-01"));
}

TEST_CASE("an array of texts is one job with one outcome, in records and in batch lines")
{
    mill_rig rig;
    rig.make_topics({{"vectors"}, {"vectors-out"}, {"prompts"}, {"prompts-out"}, {"dead"}});
    rig.make_topics({{"vector-lines"}, {"vector-lines-out"}, {"prompt-lines"}, {"prompt-lines-out"}});
    const std::string texts = R"(["one chair", "two \"chairs\"", "three caf\u00e9 chairs"])";
    const std::vector<std::string> expected{"one chair", "two \"chairs\"", "three caf\xC3\xA9 chairs"};
    const auto line = [&](const std::string& url, const std::string& member) {
        return R"({"custom_id": "job", "method": "POST", "url": ")" + url + R"(", "body": {")" + member +
               "\": " + texts + "}}";
    };
    for (const std::string topic : {"vectors", "prompts"})
        rig.write(topic, {{.key = "k", .value = R"({"parts": )" + texts + '}'},
                          {.key = "k", .value = R"({"parts": ["good", ""]})"}});
    rig.write("vector-lines", {{.key = "k", .value = line("/v1/embeddings", "input")}});
    rig.write("prompt-lines", {{.key = "k", .value = line("/v1/completions", "prompt")}});
    rig.configure(work(route("vectors", R"("operation": "embeddings", "text": "/parts",)") +
                       route("prompts", R"("operation": "completions", "text": "/parts",)") +
                       route("vector-lines", R"("operation": "embeddings", "jobs": "batch_line",)") +
                       route("prompt-lines", R"("operation": "completions", "jobs": "batch_line",)")));

    const auto run = rig.run_until_end();
    REQUIRE_MESSAGE(run.exit_code == 0, run.log);

    for (const std::string topic : {"vectors", "vector-lines"}) {
        const auto out = rig.read(topic + "-out");
        REQUIRE(out.size() == 1);
        const auto result = parse_json(out[0].value.value_or("null"));
        REQUIRE(result["vectors"].Size() == expected.size());
        for (rapidjson::SizeType i = 0; i < expected.size(); ++i)
            check_vector(result["vectors"][i], expected[i]);
    }
    for (const std::string topic : {"prompts", "prompt-lines"}) {
        const auto out = rig.read(topic + "-out");
        REQUIRE(out.size() == 1);
        const auto result = parse_json(out[0].value.value_or("null"));
        REQUIRE(result["choices"].Size() == expected.size());
        for (rapidjson::SizeType i = 0; i < expected.size(); ++i) {
            CHECK(result["choices"][i]["prompt"].GetUint() == i);
            CHECK(result["choices"][i]["text"].GetString() == completion_of(expected[i], 16));
        }
    }
    const auto dead = rig.read("dead");
    REQUIRE(dead.size() == 2);
    for (const auto& each : dead) CHECK(each.header("batchmill-code") == "empty_text");
}

}  // namespace tests
