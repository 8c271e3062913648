// Each operation, in each URL form that has it, from each form of record.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>

#include "config/names.hpp"
#include "tests/support/json_file.hpp"
#include "tests/support/mill_rig.hpp"
#include "tools/simulator/answer_text.hpp"
#include "tools/simulator/embedding.hpp"

using config::api_form;
using config::job_form;
using config::operation;

namespace tests {
namespace {

constexpr int records = 48;
constexpr int partitions = 4;
constexpr std::size_t dimensions = 64;
constexpr std::size_t max_tokens = 40;

struct scenario {
    operation asks;
    api_form api;
    job_form jobs;
};

std::string version_of(const scenario& what)
{
    return what.asks == operation::responses ? "2025-03-01-preview" : "2024-10-21";
}

std::string deployment_json(const scenario& what)
{
    const std::string api{config::name_of(what.api)};
    return R"("deployments": {"there": {"api": ")" + api + R"(", "endpoint": "${SIMULATOR})" +
           (what.api == api_form::openai ? "/v1" : "") +
           R"(", "model": "model-a", "deployment": "model-a",)" +
           (what.api == api_form::azure ? R"("api_version": ")" + version_of(what) + "\"," : "") + R"(
        "auth": {"api_key": {"env": "KEY"}}, "max_inputs": 10, "max_concurrency": 3}})";
}

std::string what_a_record_holds(const scenario& what)
{
    if (what.jobs == job_form::batch_line) return R"("jobs": "batch_line")";
    const std::string common = R"("jobs": "record", "id": "/id", "metadata": ["/source/uri"], )";
    switch (what.asks) {
        case operation::embeddings:
            return common + R"("text": "{{/title}}: {{/body}}", "parameters": {"dimensions": 64})";
        case operation::completions:
            return common + R"("text": "{{/title}}: {{/body}}", "parameters": {"max_tokens": 40})";
        case operation::chat:
            return common + R"("parameters": {"max_tokens": 40}, "messages": [
                {"role": "system", "content": "Answer in one word."},
                {"role": "user", "content": "{{/title}}: {{/body}}"}])";
        case operation::responses:
            return common + R"("parameters": {"max_output_tokens": 40}, "messages": [
                {"role": "system", "content": "Answer in one word."},
                {"role": "user", "content": "{{/title}}: {{/body}}"}])";
    }
    return {};
}

std::string route_json(const scenario& what)
{
    return R"("routes": {"work": {"from": "${RUN}-in", "operation": ")" +
           std::string{config::name_of(what.asks)} + R"(", )" + what_a_record_holds(what) +
           R"(, "deployments": ["there"], "to": "${RUN}-out", "dead_letters": "${RUN}-dead"}})";
}

std::string text_of(int number)
{
    return "Chair " + std::to_string(number) + ": It has " + std::to_string(number * number) +
           " legs, \"more\" than caf\u00e9 tables.";
}

std::string escaped_text_of(int number)
{
    return "Chair " + std::to_string(number) + ": It has " + std::to_string(number * number) +
           R"( legs, \"more\" than caf\u00e9 tables.)";
}

std::string batch_line(const scenario& what, int number)
{
    const auto text = escaped_text_of(number);
    const auto line = [number](const std::string& url, const std::string& body) {
        return R"({"custom_id": "job-)" + std::to_string(number) + R"(", "method": "POST", "url": ")" + url +
               R"(", "body": {"model": "model-a", )" + body + "}}";
    };
    switch (what.asks) {
        case operation::embeddings:
            return line("/v1/embeddings", R"("dimensions": 64, "input": ")" + text + '"');
        case operation::completions:
            return line("/completions", R"("max_tokens": 40, "prompt": ")" + text + '"');
        case operation::chat:
            return line("/v1/chat/completions", R"("max_tokens": 40, "messages": [
                {"role": "system", "content": "Answer in one word."},
                {"role": "user", "content": ")" + text +
                                                    R"("}])");
        case operation::responses:
            return line("/v1/responses", R"("max_output_tokens": 40, "input": [
                {"role": "system", "content": "Answer in one word."},
                {"role": "user", "content": ")" +
                                             text + R"("}])");
    }
    return {};
}

std::string plain_record(int number)
{
    const auto text = escaped_text_of(number);
    const auto colon = text.find(": ");
    return R"({"id": "job-)" + std::to_string(number) + R"(", "title": ")" + text.substr(0, colon) +
           R"(", "body": ")" + text.substr(colon + 2) + R"(", "source": {"uri": "u/)" +
           std::to_string(number) + R"("}})";
}

std::vector<kafka_record> what_goes_in(const scenario& what)
{
    std::vector<kafka_record> all;
    for (int i = 0; i < records; ++i)
        all.push_back({.key = "key-" + std::to_string(i),
                       .value = what.jobs == job_form::batch_line ? batch_line(what, i) : plain_record(i),
                       .headers = {{"traceparent", "00-trace-" + std::to_string(i)}},
                       .partition = i % partitions});
    return all;
}

std::vector<float> as_floats(const rapidjson::Value& array)
{
    std::vector<float> all;
    for (const auto& each : array.GetArray()) all.push_back(each.GetFloat());
    return all;
}

void check_answer(const scenario& what, const rapidjson::Value& result, int number)
{
    switch (what.asks) {
        case operation::embeddings: {
            std::vector<float> expected(dimensions);
            simulator::embed(text_of(number), expected);
            CHECK(as_floats(result["vector"]) == expected);
            return;
        }
        case operation::completions: {
            const simulator::completions_parameters asked{.max_tokens = max_tokens, .stop = {}};
            const auto expected =
                simulator::completion_answer(simulator::make_input(text_of(number)), asked, 0);
            CHECK(result["text"].GetString() == expected.text);
            CHECK(result["finish_reason"].GetString() == std::string{expected.cut ? "length" : "stop"});
            return;
        }
        case operation::chat: {
            const simulator::chat_parameters asked{
                .max_tokens = max_tokens,
                .stop = {},
                .messages = {{"system", "Answer in one word."}, {"user", text_of(number)}}};
            const auto expected = simulator::chat_answer(asked, 0);
            CHECK(result["message"]["content"].GetString() == expected.text);
            CHECK(result["message"]["role"].GetString() == std::string{"assistant"});
            return;
        }
        case operation::responses: {
            const simulator::chat_parameters asked{
                .max_tokens = max_tokens,
                .stop = {},
                .messages = {{"system", "Answer in one word."}, {"user", text_of(number)}}};
            const auto expected = simulator::chat_answer(asked, 0);
            CHECK(result["text"].GetString() == expected.text);
            CHECK(result["status"].GetString() == std::string{expected.cut ? "incomplete" : "completed"});
            CHECK(result["output"][0]["content"][0]["text"].GetString() == expected.text);
            return;
        }
    }
}

void check_members(const scenario& what, const rapidjson::Value& result, int number)
{
    const auto text = [&result](const char* name) { return std::string{result[name].GetString()}; };
    CHECK(text("id") == "job-" + std::to_string(number));
    CHECK(text("route") == "work");
    CHECK(text("operation") == config::name_of(what.asks));
    CHECK(text("model") == "model-a");
    CHECK(text("deployment") == "there");
    CHECK(!text("request_id").empty());
    CHECK(result["attempts"].GetInt() == 1);
    CHECK(result["usage"]["prompt_tokens"].GetInt() > 0);
    CHECK(result["times"]["read"].GetString() <= std::string{result["times"]["answered"].GetString()});
    if (what.jobs == job_form::record)
        CHECK(result["metadata"]["uri"].GetString() == "u/" + std::to_string(number));
}

void check_provenance(const scenario& what, const kafka_record& found, const std::string& topic, int number)
{
    const auto partition = std::to_string(number % partitions);
    const auto offset = std::to_string(number / partitions);
    CHECK(found.key == "key-" + std::to_string(number));
    CHECK(found.header("batchmill-format") == "1");
    CHECK(found.header("batchmill-route") == "work");
    CHECK(found.header("batchmill-deployment") == "there");
    CHECK(found.header("batchmill-model") == "model-a");
    CHECK(found.header("batchmill-source") == topic + "/" + partition + "/" + offset);
    CHECK(found.header("batchmill-source-timestamp").has_value());
    CHECK(found.header("batchmill-outcome-id") == "work/" + topic + "/" + partition + "/" + offset);
    CHECK(found.header("traceparent") == "00-trace-" + std::to_string(number));
    CHECK(found.header("batchmill-dimensions").has_value() == (what.asks == operation::embeddings));
    CHECK(found.header("batchmill-dimensions").value_or("64") == "64");
}

std::string path_of(const scenario& what)
{
    if (what.asks == operation::responses && what.api == api_form::azure)
        return "/openai/responses?api-version=2025-03-01-preview";
    const std::string operation_path =
        what.asks == operation::chat ? "chat/completions" : std::string{config::name_of(what.asks)};
    switch (what.api) {
        case api_form::azure:
            return "/openai/deployments/model-a/" + operation_path + "?api-version=2024-10-21";
        case api_form::azure_v1: return "/openai/v1/" + operation_path;
        case api_form::openai: return "/v1/" + operation_path;
    }
    return {};
}

void check_that_it_works(const scenario& what)
{
    // A key that is wrong, or in the header of another form, would be answered with 401.
    mill_rig rig{{.api_key = mill_rig::key, .kept_requests = 1}};
    rig.make_topics({{"in", partitions}, {"out", 3}, {"dead", 1}});
    rig.write("in", what_goes_in(what));
    rig.configure(deployment_json(what) + ", " + route_json(what));

    const auto run = rig.run_until_end();
    REQUIRE_MESSAGE(run.exit_code == 0, run.log);

    std::map<std::string, int> numbers;
    for (int i = 0; i < records; ++i) numbers["job-" + std::to_string(i)] = i;
    std::int64_t billed = 0;
    const auto outcomes = rig.read("out");
    CHECK(outcomes.size() == records);
    for (const auto& each : outcomes) {
        const auto result = parse_json(each.value.value_or("null"));
        const std::string id = result["id"].GetString();
        INFO(id);
        const auto known = numbers.extract(id);  // so that a doubled outcome is found
        REQUIRE(!known.empty());
        check_answer(what, result, known.mapped());
        check_members(what, result, known.mapped());
        check_provenance(what, each, rig.named("in"), known.mapped());
        billed += result["usage"]["total_tokens"].GetInt64();
    }
    CHECK(rig.read("dead").empty());
    CHECK(rig.has_committed_all("in"));

    const auto account = rig.service().account().totals();
    CHECK(billed == static_cast<std::int64_t>(account.billed_tokens));
    CHECK(account.refused.empty());
    CHECK(account.max_bought_per_input == 1);
    if (what.asks == operation::embeddings || what.asks == operation::completions)
        CHECK(account.requests < records / 2);
    CHECK(rig.service().requests().back().target == path_of(what));
}

}  // namespace

TEST_CASE("embeddings over azure from batch lines")
{
    check_that_it_works({operation::embeddings, api_form::azure, job_form::batch_line});
}

TEST_CASE("embeddings over azure from records")
{
    check_that_it_works({operation::embeddings, api_form::azure, job_form::record});
}

TEST_CASE("embeddings over azure_v1 from batch lines")
{
    check_that_it_works({operation::embeddings, api_form::azure_v1, job_form::batch_line});
}

TEST_CASE("embeddings over azure_v1 from records")
{
    check_that_it_works({operation::embeddings, api_form::azure_v1, job_form::record});
}

TEST_CASE("embeddings over openai from batch lines")
{
    check_that_it_works({operation::embeddings, api_form::openai, job_form::batch_line});
}

TEST_CASE("embeddings over openai from records")
{
    check_that_it_works({operation::embeddings, api_form::openai, job_form::record});
}

TEST_CASE("completions over azure from batch lines")
{
    check_that_it_works({operation::completions, api_form::azure, job_form::batch_line});
}

TEST_CASE("completions over azure from records")
{
    check_that_it_works({operation::completions, api_form::azure, job_form::record});
}

TEST_CASE("completions over openai from batch lines")
{
    check_that_it_works({operation::completions, api_form::openai, job_form::batch_line});
}

TEST_CASE("completions over openai from records")
{
    check_that_it_works({operation::completions, api_form::openai, job_form::record});
}

TEST_CASE("chat over azure from batch lines")
{
    check_that_it_works({operation::chat, api_form::azure, job_form::batch_line});
}

TEST_CASE("chat over azure from records")
{
    check_that_it_works({operation::chat, api_form::azure, job_form::record});
}

TEST_CASE("chat over azure_v1 from batch lines")
{
    check_that_it_works({operation::chat, api_form::azure_v1, job_form::batch_line});
}

TEST_CASE("chat over azure_v1 from records")
{
    check_that_it_works({operation::chat, api_form::azure_v1, job_form::record});
}

TEST_CASE("chat over openai from batch lines")
{
    check_that_it_works({operation::chat, api_form::openai, job_form::batch_line});
}

TEST_CASE("chat over openai from records")
{
    check_that_it_works({operation::chat, api_form::openai, job_form::record});
}

TEST_CASE("responses over azure from batch lines")
{
    check_that_it_works({operation::responses, api_form::azure, job_form::batch_line});
}

TEST_CASE("responses over azure from records")
{
    check_that_it_works({operation::responses, api_form::azure, job_form::record});
}

TEST_CASE("responses over azure_v1 from batch lines")
{
    check_that_it_works({operation::responses, api_form::azure_v1, job_form::batch_line});
}

TEST_CASE("responses over azure_v1 from records")
{
    check_that_it_works({operation::responses, api_form::azure_v1, job_form::record});
}

TEST_CASE("responses over openai from batch lines")
{
    check_that_it_works({operation::responses, api_form::openai, job_form::batch_line});
}

TEST_CASE("responses over openai from records")
{
    check_that_it_works({operation::responses, api_form::openai, job_form::record});
}

}  // namespace tests
