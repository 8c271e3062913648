// What may be cut of a record's pieces, and what counts in the estimate of their tokens.
#include <doctest/doctest.h>

#include "tests/pipeline/codec_cases.hpp"

using namespace tests;
using config::job_form;
using config::operation;

namespace {

/// Of each piece the part of its JSON that may be cut.
strings cuttable(const pipeline::result<pipeline::job>& decoded)
{
    REQUIRE(decoded.has_value());
    strings all;
    for (const auto& each : decoded->asks.pieces)
        all.emplace_back(each.json.view().substr(each.may_be_cut.begin, each.may_be_cut.size()));
    return all;
}

config::route_settings with_text(job_form form, operation asks, const std::string& text)
{
    auto route = route_of(form, asks);
    route.text = text;
    return route;
}

pipeline::result<pipeline::job> line(operation asks, const std::string& url, const std::string& body)
{
    return decode(route_of(job_form::batch_line, asks),
                  R"({"custom_id":"a","method":"POST","url":"/v1/)" + url + R"(","body":)" + body + "}");
}

}  // namespace

TEST_CASE("a text at a pointer may be cut as it stands in the record, escapes included")
{
    const auto route = route_of(job_form::record, operation::embeddings);
    CHECK(cuttable(decode(route, R"({"body":"a \"chair\" \u00e9"})")) == strings{R"(a \"chair\" \u00e9)"});
    CHECK(cuttable(decode(route, R"({"body":["a","chair"]})")) == strings{"a", "chair"});
}

TEST_CASE("of a template the longest text that the record put in may be cut")
{
    const auto route =
        with_text(job_form::record, operation::completions, "{{/title}}: {{/body}} \"{{/n}}\" End");
    CHECK(cuttable(decode(route, R"({"title":"Chairs","body":"A \"chair\"\n has","n":12345})")) ==
          strings{R"(A \"chair\"\n has)"});
    CHECK(cuttable(decode(route, R"({"title":"Everything about chairs","body":"Four legs","n":1})")) ==
          strings{"Everything about chairs"});
}

TEST_CASE("of a plain text all may be cut, and nothing of the template around it")
{
    CHECK(cuttable(decode(with_text(job_form::text, operation::embeddings, "{{}}"), "a\tchair")) ==
          strings{R"(a\tchair)"});
    CHECK(cuttable(decode(with_text(job_form::text, operation::embeddings, "\"T\": {{}}!"), "a chair")) ==
          strings{"a chair"});
}

TEST_CASE("of messages the longest text that the record put into any of them may be cut")
{
    auto route = route_of(job_form::record, operation::chat);
    route.messages = {{"system", "Answer in one word, whatever you are asked, and be friendly about it."},
                      {"user", "Title: {{/title}}"},
                      {"user", "Sum up: {{/body}}"}};
    CHECK(cuttable(decode(route, R"({"title":"Chairs","body":"A chair has \"four\" legs."})")) ==
          strings{R"(A chair has \"four\" legs.)"});
}

TEST_CASE("of batch lines the texts may be cut, and what is passed on as it is may not")
{
    CHECK(cuttable(line(operation::embeddings, "embeddings", R"({"input":["a","b c"]})")) ==
          strings{"a", "b c"});
    CHECK(cuttable(line(operation::completions, "completions", R"({"prompt":"Say"})")) == strings{"Say"});
    CHECK(cuttable(line(operation::responses, "responses", R"({"input":"Say"})")) == strings{"Say"});
    CHECK(cuttable(line(operation::responses, "responses",
                        R"({"input":[{"role":"user","content":"Say"}]})")) == strings{""});
    CHECK(cuttable(line(operation::chat, "chat/completions",
                        R"({"messages":[{"role":"user","content":"Say"}]})")) == strings{""});
}

TEST_CASE("pictures and files are known of, because their bill says nothing about the text")
{
    const auto has_media = [](const std::string& part) {
        const auto job = line(operation::chat, "chat/completions",
                              R"({"messages":[{"role":"user","content":[)" + part + "]}]}");
        REQUIRE(job.has_value());
        return job->asks.pieces.front().has_media;
    };
    CHECK(has_media(R"({"type":"image_url","image_url":{"url":"https://example.org/a.png"}})"));
    CHECK(has_media(R"({"type":"file","file":{"file_data":"AAAA"}})"));
    CHECK_FALSE(has_media(R"({"type":"text","text":"image_url"})"));
}

TEST_CASE("instructions, tools and schemas count in the estimate of a chat or a response, and in no other")
{
    const auto prompt_bytes = [](operation asks, const std::string& parameters) {
        auto route = with_text(job_form::record, asks, "/body");
        route.parameters = parameters;
        const auto job = decode(route, R"({"body":"x"})");
        REQUIRE(job.has_value());
        return job->asks.form.prompt_bytes;
    };
    const std::string parameters =
        R"({"instructions":"Be brief.","tools":[{"type":"function"}],"temperature":0,"user":"somebody"})";
    const auto counted =
        std::string{R"("Be brief.")"}.size() + std::string{R"([{"type":"function"}])"}.size();
    CHECK(prompt_bytes(operation::responses, parameters) == counted);
    CHECK(prompt_bytes(operation::chat, parameters) == counted);
    CHECK(prompt_bytes(operation::embeddings, parameters) == 0);
    CHECK(prompt_bytes(operation::completions, parameters) == 0);
}
