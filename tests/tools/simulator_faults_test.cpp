#include <doctest/doctest.h>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/tools/simulator_service_fixture.hpp"

using tests::json_body;
using tests::post;
using tests::post_with;

namespace {

constexpr std::string_view three = R"({"input":["a","b","c"],"dimensions":4})";

std::vector<std::int64_t> indices(const simulator::delivery& made)
{
    const json_body json{made};
    std::vector<std::int64_t> list;
    for (std::size_t at = 0; at < json.size("/data"); ++at) {
        list.push_back(json.number("/data/" + std::to_string(at) + "/index"));
    }
    return list;
}

std::vector<std::int64_t> indices_with(const std::string& fault)
{
    return indices(post_with(R"([{"then":{)" + fault + "}}]", tests::classic_embeddings, three));
}

std::string problem(std::string_view faults)
{
    try {
        static_cast<void>(simulator::read_faults(faults));
    } catch (const std::invalid_argument& why) {
        return why.what();
    }
    return {};
}

}  // namespace

TEST_CASE("faults that are not understood are refused with their place")
{
    CHECK(problem("[{").starts_with("faults: not JSON at byte"));
    CHECK(problem("{}") == "faults: must be an array of rules");
    CHECK(problem(R"([{"then":{"stats":500}}])") == "faults: '[0].then.stats' is not known here");
    CHECK(problem(R"([{"then":{}},{"when":{"every":0},"then":{}}])") ==
          "faults: '[1].when.every' must be at least 1");
    CHECK(problem(R"([{"when":{}}])") == "faults: '[0].then' is missing");
    CHECK(problem(R"([{"then":{"ending":"explosion"}}])").starts_with("faults: '[0].then.ending'"));
    CHECK(problem(R"([{"then":{"headers":{"a":"b\r\nc: d"}}}])").ends_with("is not a header"));
    CHECK(problem(R"([ /* nothing yet */ ])").empty());
}

TEST_CASE("a rule counts the requests that it is for")
{
    simulator::service service{{}};
    service.faults().set(simulator::read_faults(R"([
        {"when":{"operation":"embeddings","input_contains":"bad","request":2},"then":{"status":503}},
        {"when":{"operation":"embeddings","first":3},"then":{"status":500}},
        {"when":{"every":5},"then":{"status":429}}])"));
    const auto status = [&](std::string_view input) {
        return post(service, tests::classic_embeddings, "{\"input\":\"" + std::string{input} + "\"}")
            .answer.status;
    };
    CHECK(status("good") == 500);
    CHECK(status("bad") == 500);
    CHECK(status("bad") == 503);
    CHECK(status("bad") == 200);
    CHECK(status("good") == 429);
    CHECK(status("good") == 200);
}

TEST_CASE("a probability is drawn from its seed")
{
    const auto outcomes = [](const std::string& seed) {
        simulator::service service{{}};
        service.faults().set(simulator::read_faults(R"([{"when":{"probability":0.25,"seed":)" + seed +
                                                    R"(},"then":{"status":500}}])"));
        std::string list;
        for (int at = 0; at < 1000; ++at) {
            list +=
                post(service, tests::classic_embeddings, R"({"input":"x"})").answer.status == 500 ? 'x' : '.';
        }
        return list;
    };
    const auto drawn = outcomes("4");
    const auto failed = std::count(drawn.begin(), drawn.end(), 'x');
    CHECK(failed > 200);
    CHECK(failed < 300);
    CHECK(outcomes("4") == drawn);
    CHECK(outcomes("5") != drawn);
}

TEST_CASE("a status comes with the service's own words, or with those of the rule")
{
    const auto throttled = post_with(R"([{"then":{"status":429,"headers":{"Retry-After-MS":"-1"}}}])",
                                     tests::classic_embeddings, three);
    CHECK(throttled.answer.status == 429);
    CHECK(json_body{throttled}.text("/error/code") == "429");
    CHECK(simulator::find_header(throttled.answer.headers, "retry-after-ms") == "-1");

    const auto html =
        post_with(R"([{"then":{"status":502,"body":"<html>no</html>"}}])", tests::classic_embeddings, three);
    CHECK(html.answer.body == "<html>no</html>");
    CHECK(simulator::find_header(html.answer.headers, "content-type").starts_with("text/html"));

    const auto in_200 = post_with(R"([{"then":{"status":200,"body":{"error":{"message":"no"}}}}])",
                                  tests::classic_embeddings, three);
    CHECK(in_200.answer.status == 200);
    CHECK(in_200.answer.body == R"({"error":{"message":"no"}})");
    CHECK_FALSE(in_200.paid.bought);
}

TEST_CASE("indices can be wrong in every way")
{
    using list = std::vector<std::int64_t>;
    constexpr std::int64_t absent = -999;
    CHECK(indices_with("") == list{0, 1, 2});
    CHECK(indices_with(R"("index":"all_absent")") == list{absent, absent, absent});
    CHECK(indices_with(R"("index":"one_absent")") == list{0, 1, absent});
    CHECK(indices_with(R"("index":"doubled")") == list{0, 1, 0});
    CHECK(indices_with(R"("index":"out_of_range")") == list{0, 1, 3});
    CHECK(indices_with(R"("index":"negative")") == list{0, 1, -1});
    CHECK(indices_with(R"("answers":"one_missing")") == list{0, 1});
    CHECK(indices_with(R"("answers":"one_extra")") == list{0, 1, 2, 3});
    CHECK(indices_with(R"("answers":"all_missing")").empty());

    auto shuffled = indices_with(R"("index":"shuffled")");
    CHECK(shuffled != list{0, 1, 2});
    std::sort(shuffled.begin(), shuffled.end());
    CHECK(shuffled == list{0, 1, 2});
}

TEST_CASE("shuffled answers keep their own index")
{
    const json_body ordered{post_with("[]", tests::classic_embeddings, three)};
    const json_body shuffled{
        post_with(R"([{"then":{"index":"shuffled"}}])", tests::classic_embeddings, three)};
    for (int at = 0; at < 3; ++at) {
        const auto place = "/data/" + std::to_string(at);
        const auto index = shuffled.number(place + "/index");
        CHECK(*shuffled.at(place + "/embedding") ==
              *ordered.at("/data/" + std::to_string(index) + "/embedding"));
    }
}

TEST_CASE("a vector can be empty, zero, not finite, too long or in the other encoding")
{
    const auto with = [](const std::string& word) {
        return post_with(R"([{"when":{"input_contains":"b"},"then":{"vector":")" + word + "\"}}]",
                         tests::classic_embeddings, three);
    };
    CHECK(json_body{with("empty")}.size("/data/0/embedding") == 4);
    CHECK(json_body{with("empty")}.size("/data/1/embedding") == 0);
    CHECK(with("zero").answer.body.find("[0,0,0,0]") != std::string::npos);
    CHECK(with("nan").answer.body.find("NaN]") != std::string::npos);
    CHECK(with("infinite").answer.body.find("1e999]") != std::string::npos);
    CHECK(json_body{with("wrong_dimensions")}.size("/data/0/embedding") == 5);
    CHECK(json_body{with("other_encoding")}.text("/data/2/embedding").size() == 24);
    CHECK(json_body{post_with(R"([{"then":{"vector":"other_encoding"}}])", tests::classic_embeddings,
                              R"({"input":"a","dimensions":4,"encoding_format":"base64"})")}
              .size("/data/0/embedding") == 4);
}

TEST_CASE("the content filter refuses prompts and cuts answers")
{
    const auto prompt = post_with(R"([{"when":{"input_contains":"b"},"then":{"content_filter":"prompt"}}])",
                                  tests::classic_embeddings, three);
    CHECK(prompt.answer.status == 400);
    CHECK(json_body{prompt}.text("/error/code") == "content_filter");
    CHECK(json_body{prompt}.text("/error/innererror/code") == "ResponsibleAIPolicyViolation");

    const auto elsewhere = post_with(R"([{"then":{"content_filter":"prompt"}}])", "/v1/embeddings",
                                     R"({"input":"x","model":"m"})");
    CHECK(json_body{elsewhere}.text("/error/code") == "content_filter");
    CHECK(json_body{elsewhere}.at("/error/innererror") == nullptr);

    const auto answer = post_with(R"([{"then":{"content_filter":"answer"}}])", tests::classic_chat,
                                  R"({"messages":[{"role":"user","content":"x"}]})");
    CHECK(answer.answer.status == 200);
    CHECK(json_body{answer}.text("/choices/0/finish_reason") == "content_filter");
    CHECK(json_body{answer}.text("/choices/0/message/content") == "(null)");
}

TEST_CASE("OpenAI's errors have all their members, whatever the status")
{
    for (const int status : {400, 401, 403, 404, 408, 409, 413, 422, 429, 500, 502, 503}) {
        CAPTURE(status);
        const auto made = post_with(R"([{"then":{"status":)" + std::to_string(status) + "}}]",
                                    "/v1/embeddings", R"({"input":"x","model":"m"})");
        const json_body json{made};
        CHECK(made.answer.status == status);
        CHECK_FALSE(json.text("/error/message").starts_with('('));
        CHECK_FALSE(json.text("/error/type").starts_with('('));
        for (const std::string member : {"param", "code"}) CHECK(json.at("/error/" + member) != nullptr);
    }
    simulator::service service{{}};
    const json_body wrong{post(service, "/v1/embeddings", R"({"input":"x","model":"gpt-4o"})")};
    CHECK(wrong.text("/error/code") == "OperationNotSupported");
    CHECK(wrong.text("/error/param") == "model");
}

TEST_CASE("a refusal, another model and a reply without usage")
{
    const auto chat = post_with(R"([{"then":{"refusal":"I would rather not.","model":"other"}}])",
                                tests::classic_chat, R"({"messages":[{"role":"user","content":"x"}]})");
    CHECK(json_body{chat}.text("/choices/0/message/refusal") == "I would rather not.");
    CHECK(json_body{chat}.text("/choices/0/message/content") == "(null)");
    CHECK(json_body{chat}.text("/model") == "other");

    const auto bare = post_with(R"([{"then":{"without_usage":true}}])", tests::classic_embeddings, three);
    CHECK(json_body{bare}.is_json());
    CHECK(json_body{bare}.at("/usage") == nullptr);
}

TEST_CASE("latency, jitter and the delay of a fault add up")
{
    using namespace std::chrono_literals;
    simulator::service service{{.latency = 100ms, .jitter = 10ms}};
    const auto plain = post(service, tests::classic_embeddings, three);
    CHECK(plain.wait >= 100ms);
    CHECK(plain.wait <= 110ms);
    CHECK(post(service, tests::classic_embeddings, three).wait != plain.wait);
    service.faults().set(simulator::read_faults(R"([{"then":{"delay_ms":500}}])"));
    CHECK(post(service, tests::classic_embeddings, three).wait >= 600ms);
    CHECK(post(service, tests::classic_embeddings, "{").wait == 0ms);
}

TEST_CASE("what finds all places taken waits in line, and what is refused takes none")
{
    using namespace std::chrono_literals;
    simulator::service service{{.latency = 100ms, .places = 2}};
    const auto wait = [&](std::string_view body) {
        return post(service, tests::classic_embeddings, body).wait;
    };
    CHECK(wait(three) == 100ms);
    CHECK(wait("{") == 0ms);
    CHECK(wait(three) == 100ms);
    CHECK(wait(three) == 200ms);
    CHECK(wait(three) == 200ms);
    CHECK(wait(three) == 300ms);
}
