// What the service can do to a run.
#include <doctest/doctest.h>

#include <algorithm>
#include <csignal>
#include <set>

#include "tests/support/json_file.hpp"
#include "tests/support/numbered_work.hpp"

using namespace std::chrono_literals;

namespace tests {
namespace {

constexpr int partitions = 3;

/// A rig whose topic "in" holds so many numbered records, to be sent in small requests.
class numbered_rig : public mill_rig {
public:
    explicit numbered_rig(int count, std::string_view route_members = {})
    {
        make_topics({{"in", partitions}, {"out", 2}, {"dead", 1}});
        write("in", numbered_records(count, partitions));
        configure(embedding_work(R"("max_inputs": 16, "max_concurrency": 2,)", route_members));
    }
};

struct place {
    std::int32_t partition = 0;
    std::int64_t offset = 0;
};

/// Of topic/partition/offset.
place place_of_source(const kafka_record& outcome)
{
    const auto source = outcome.header("batchmill-source").value();
    const auto last = source.rfind('/');
    const auto first = source.rfind('/', last - 1);
    return {std::stoi(source.substr(first + 1)), std::stoll(source.substr(last + 1))};
}

/// Up to where each partition's records all have outcomes.
real_kafka::offsets contiguous_outcomes(const mill_rig& rig)
{
    std::map<std::int32_t, std::set<std::int64_t>> done;
    for (const char* topic : {"out", "dead"})
        for (const auto& each : rig.read(topic)) {
            const auto place = place_of_source(each);
            done[place.partition].insert(place.offset);
        }
    real_kafka::offsets reached;
    for (const auto& [partition, offsets] : done)
        while (offsets.contains(reached[partition])) ++reached[partition];
    return reached;
}

bool commits_stay_behind_outcomes(const mill_rig& rig)
{
    const auto committed = rig.kafka().committed(rig.group(), rig.named("in"));
    auto reached = contiguous_outcomes(rig);
    return std::all_of(committed.begin(), committed.end(),
                       [&](const auto& each) { return each.second <= reached[each.first]; });
}

}  // namespace

TEST_CASE("poisonous texts are found among their neighbours, who are answered once")
{
    numbered_rig rig{60};
    rig.write("in", {numbered_record(60, "POISON one", 0), numbered_record(61, "POISON two", 2)});
    rig.service().set_faults(R"([{"when": {"input_contains": "POISON"}, "then": {"status": 400}}])");

    const auto run = rig.run_until_end();
    REQUIRE_MESSAGE(run.exit_code == 0, run.log);

    const auto tally = tally_outcomes(rig, 62);
    CHECK(tally.missing() == 0);
    CHECK(tally.doubled() == 0);
    CHECK(tally.endings().at("rejected") == 2);
    for (const auto& each : rig.read("dead")) {
        CHECK(each.header("batchmill-status") == "400");
        CHECK(each.value->find("POISON") != std::string::npos);
        CHECK(each.header("batchmill-reason")->find("POISON") == std::string::npos);
        CHECK(each.header("batchmill-request-id").has_value());
    }
    CHECK(rig.service().account().totals().max_bought_per_input == 1);
    CHECK(rig.has_committed_all("in"));
}

TEST_CASE("one text that is too long among short ones ends as its route says, and holds up none of them")
{
    // Twelve thousand tokens of three bytes, where the model takes 8,191.
    std::string text;
    for (int i = 0; i < 12'000; ++i) text += "字";
    mill_rig rig;
    rig.make_topics({{"in", 1}, {"out", 1}, {"dead", 1}});
    auto records = numbered_records(10, 1);
    records.push_back(numbered_record(20, text));
    for (const auto& each : numbered_records(10, 1, 10)) records.push_back(each);
    rig.write("in", records);

    std::string rule;
    SUBCASE("reject") { rule = "reject"; }
    SUBCASE("truncate") { rule = "truncate"; }
    rig.configure(embedding_work(R"("max_input_tokens": 8192, "max_concurrency": 1,)",
                                 R"("long_inputs": ")" + rule + R"(",)"));
    const auto run = rig.run_until_end();
    REQUIRE_MESSAGE(run.exit_code == 0, run.log);
    CHECK(run.log.find("tokens_per_byte") != std::string::npos);

    const auto tally = tally_outcomes(rig, 21);
    CHECK(tally.missing() == 0);
    CHECK(tally.doubled() == 0);
    const auto account = rig.service().account().totals();
    CHECK(account.max_bought_per_input == 1);
    CHECK(account.max_asked_per_input == 1);
    CHECK(account.refused == std::map<int, std::uint64_t>{{400, 1}});
    const auto results = rig.read("out");
    if (rule == "reject") {
        CHECK(results.size() == 20);
        const auto letters = rig.read("dead");
        REQUIRE(letters.size() == 1);
        CHECK(letters.front().header("batchmill-code") == "context_length_exceeded");
        CHECK(letters.front().header("batchmill-reason")->find("long_inputs") != std::string::npos);
    } else {
        CHECK(results.size() == 21);
        const auto is_cut = [](const kafka_record& each) {
            return each.value->find(R"("truncated":{"bytes":)") != std::string::npos;
        };
        CHECK(std::count_if(results.begin(), results.end(), is_cut) == 1);
        const auto cut = std::find_if(results.begin(), results.end(), is_cut);
        REQUIRE(cut != results.end());
        CHECK(cut->key == "job-20");
        CHECK(cut->header("batchmill-truncated")->ends_with("/36000"));
    }
}

TEST_CASE("what the content filter refuses is a dead letter, what it cuts off is a result that says so")
{
    mill_rig rig;
    rig.make_topics({{"in", 1}, {"out", 1}, {"dead", 1}});
    rig.write("in", {numbered_record(0, "harmless"), numbered_record(1, "FORBIDDEN"),
                     numbered_record(2, "answer me BADLY"), numbered_record(3, "REFUSE me")});
    rig.configure(
        R"("deployments": {"there": {"api": "azure", "endpoint": "${SIMULATOR}", "deployment": "talk",
            "model": "gpt-4o"}},
        "routes": {"work": {"from": "${RUN}-in", "operation": "chat", "id": "/id", "deployments": ["there"],
            "messages": [{"role": "user", "content": "/body"}],
            "to": "${RUN}-out", "dead_letters": "${RUN}-dead"}})");
    rig.service().set_faults(R"([
        {"when": {"input_contains": "FORBIDDEN"}, "then": {"content_filter": "prompt"}},
        {"when": {"input_contains": "BADLY"}, "then": {"content_filter": "answer"}},
        {"when": {"input_contains": "REFUSE"}, "then": {"refusal": "I'd rather not."}}])");

    const auto run = rig.run_until_end();
    REQUIRE_MESSAGE(run.exit_code == 0, run.log);

    const auto dead = rig.read("dead");
    REQUIRE(dead.size() == 1);
    CHECK(dead[0].key == "job-1");
    CHECK(dead[0].header("batchmill-class") == "filtered");
    CHECK(dead[0].header("batchmill-code") == "content_filter");
    const auto out = rig.read("out");
    CHECK(out.size() == 3);
    for (const auto& each : out) {
        const auto result = parse_json(*each.value);
        const std::string id = result["id"].GetString();
        CHECK(result.HasMember("filtered") == (id == "job-2"));
        CHECK(result.HasMember("refused") == (id == "job-3"));
        CHECK(result["message"]["content"].IsNull() == (id != "job-0"));
    }
}

TEST_CASE("a service that is over its quota is waited for, and no job suffers from it")
{
    numbered_rig rig{60};
    rig.service().set_faults(
        R"([{"when": {"first": 6}, "then": {"status": 429, "headers": {"retry-after-ms": "20"}}}])");

    const auto run = rig.run_until_end();
    REQUIRE_MESSAGE(run.exit_code == 0, run.log);

    const auto tally = tally_outcomes(rig, 60);
    CHECK(tally.missing() == 0);
    CHECK(tally.endings().at("result") == 60);
    CHECK(rig.service().account().totals().refused.at(429) == 6);
    CHECK(rig.service().account().totals().max_bought_per_input == 1);
}

TEST_CASE("a service that breaks down is waited for, and no job suffers from it")
{
    numbered_rig rig{60};
    rig.service().set_faults(R"([{"when": {"first": 2}, "then": {"status": 503, "body": "<html>away</html>"}},
                                 {"when": {"first": 1}, "then": {"ending": "reset"}},
                                 {"when": {"first": 1}, "then": {"cut_after_bytes": 100}},
                                 {"when": {"first": 1}, "then": {"index": "doubled"}}])");

    const auto run = rig.run_until_end();
    REQUIRE_MESSAGE(run.exit_code == 0, run.log);

    const auto tally = tally_outcomes(rig, 60);
    CHECK(tally.missing() == 0);
    CHECK(tally.endings().at("result") == 60);
}

TEST_CASE("a text on which the service fails while it answers others ends as failed")
{
    numbered_rig rig{30};
    rig.write("in", {numbered_record(30, "CRASH", 1)});
    rig.service().set_faults(R"([{"when": {"input_contains": "CRASH"}, "then": {"status": 500}}])");

    auto program = rig.start("run");
    int count = 31;
    while (program.runs(50ms) && rig.read("dead").empty()) {
        rig.write("in", numbered_records(1, partitions, count));
        ++count;
    }
    program.send(SIGTERM);
    const int code = program.wait();
    REQUIRE_MESSAGE(code == 0, program.errors());

    CHECK(rig.run_until_end().exit_code == 0);
    const auto tally = tally_outcomes(rig, count);
    CHECK(tally.missing() == 0);
    CHECK(tally.doubled() == 0);
    CHECK(tally.endings().at("failed") == 1);
    CHECK(tally.endings().at("result") == static_cast<std::size_t>(count) - 1);
}

TEST_CASE("a key that stops working ends a bounded run with code 5, and the next one goes on from there")
{
    numbered_rig rig{200};
    rig.service().set_faults(R"([{"when": {"first": 4}, "then": {}}, {"then": {"status": 401}}])");

    const auto stopped = rig.run_until_end();
    CHECK_MESSAGE(stopped.exit_code == 5, stopped.log);
    CHECK(stopped.log.find("check auth of this deployment") != std::string::npos);
    CHECK(rig.read("dead").empty());
    CHECK(tally_outcomes(rig, 200).missing() > 0);
    CHECK(commits_stay_behind_outcomes(rig));

    rig.service().set_faults("[]");
    const auto resumed = rig.run_until_end();
    REQUIRE_MESSAGE(resumed.exit_code == 0, resumed.log);
    const auto tally = tally_outcomes(rig, 200);
    CHECK(tally.missing() == 0);
    CHECK(tally.endings().at("result") == 200);
    CHECK(rig.has_committed_all("in"));
}

TEST_CASE("wrong dimensions stop the route with code 5, and nothing is lost when they are corrected")
{
    numbered_rig rig{600, R"("parameters": {"dimensions": 5000},)"};

    const auto stopped = rig.run_until_end();
    CHECK_MESSAGE(stopped.exit_code == 5, stopped.log);
    CHECK(stopped.log.find("route stopped") != std::string::npos);
    CHECK(rig.read("out").empty());
    CHECK(rig.read("dead").size() <= 20);
    CHECK(commits_stay_behind_outcomes(rig));
    CHECK(rig.service().account().totals().requests <= 60);

    rig.configure(embedding_work(R"("max_inputs": 16,)", R"("parameters": {"dimensions": 500},)"));
    const auto resumed = rig.run_until_end();
    REQUIRE_MESSAGE(resumed.exit_code == 0, resumed.log);
    const auto tally = tally_outcomes(rig, 600);
    CHECK(tally.missing() == 0);
    CHECK(tally.endings().at("result") >= 580);
    CHECK(rig.has_committed_all("in"));
}

}  // namespace tests
