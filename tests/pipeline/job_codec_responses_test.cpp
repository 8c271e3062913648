// Records of all forms that become requests for responses.
#include <doctest/doctest.h>

#include "tests/pipeline/codec_cases.hpp"

using config::job_form;
using config::operation;
using tests::decode;
using tests::explanation;
using tests::json_of;
using tests::refusal;
using tests::route_of;
using tests::strings;

namespace {

pipeline::result<pipeline::job> decode_body(std::string_view body)
{
    return decode(
        route_of(job_form::batch_line, operation::responses),
        R"({"custom_id":"a","method":"POST","url":"/v1/responses","body":)" + std::string{body} + "}");
}

pipeline::result<pipeline::job> decode_input(std::string_view input)
{
    return decode_body("{\"input\":" + std::string{input} + "}");
}

}  // namespace

TEST_CASE("the input of a response is a text, or items that pass through untouched as one piece")
{
    CHECK(json_of(decode_input(R"("one \u00e9")")) == strings{R"("one \u00e9")"});
    const auto job = decode_input(R"([{"role":"user", "content":"hi"},
        {"type":"message","role":"user","content":[{"type":"input_text","text":"h\u00e9"},
            {"type":"input_image","image_url":"data:image/png;base64,AAAAAAAAAAAA","detail":"low"},
            {"type":"input_file","file_data":"AAAAAAAAAAAA"}]},
        {"type":"reasoning","id":"r","content":null,"summary":[]},
        {"type":"function_call_output","call_id":"c","output":"Rain"}])");
    CHECK(json_of(job) ==
          strings{R"([{"role":"user","content":"hi"},)"
                  R"({"type":"message","role":"user","content":[{"type":"input_text","text":"h\u00e9"},)"
                  R"({"type":"input_image","image_url":"data:image/png;base64,AAAAAAAAAAAA","detail":"low"},)"
                  R"({"type":"input_file","file_data":"AAAAAAAAAAAA"}]},)"
                  R"({"type":"reasoning","id":"r","content":null,"summary":[]},)"
                  R"({"type":"function_call_output","call_id":"c","output":"Rain"}])"});
    // Every string but the picture and the file.
    CHECK(job->asks.pieces.front().text_bytes == 4 + 2 + 7 + 4 + 10 + 3 + 11 + 3 + 10 + 9 + 1 + 20 + 1 + 4);
}

TEST_CASE("an input that is none is refused with its pointer")
{
    const auto refused = [](std::string_view input) { return explanation(decode_input(input)); };
    CHECK(refusal(decode_body("{}")) == "missing_member");
    CHECK(refused("7") == "wrong_type: /body/input is a number where a text or an array of texts belongs");
    CHECK(refused(R"(" ")").starts_with("empty_text"));
    CHECK(refused("[]") == "empty_array: /body/input is an array without items");
    CHECK(refused("[1,2]") == "wrong_type: /body/input/0 is a number where an item belongs");
    CHECK(refused(R"(["a","b"])") == "wrong_type: /body/input/0 is a string where an item belongs");
    CHECK(refused("[{}]").starts_with("missing_member: nothing at /body/input/0/role"));
    CHECK(refused(R"([{"type":7,"role":"user"}])").starts_with("wrong_type: /body/input/0/type is a number"));
    CHECK(refused(R"([{"role":"user","content":7}])").starts_with("wrong_type: /body/input/0/content"));
}

TEST_CASE("a line for responses is known by its url, and a stream or an answer for later is refused by name")
{
    const auto short_url =
        decode(route_of(job_form::batch_line, operation::responses),
               R"({"custom_id":"a","method":"POST","url":"/responses","body":{"input":"x"}})");
    CHECK(short_url.has_value());
    const auto of_chat =
        decode(route_of(job_form::batch_line, operation::responses),
               R"({"custom_id":"a","method":"POST","url":"/v1/chat/completions","body":{"input":"x"}})");
    CHECK(explanation(of_chat) ==
          "wrong_url: /url is something else than /v1/responses, which this route is for");
    CHECK(refusal(decode_body(R"({"input":"x","stream":true})")) == "stream_refused");
    CHECK(explanation(decode_body(R"({"input":"x","background":true})")) ==
          "background_refused: background: true at /body/background is not supported; leave it out");
    CHECK(refusal(decode_body(R"({"input":"x","background":"later"})")) == "wrong_type");
    CHECK(decode_body(R"({"input":"x","background":false,"stream":null})").has_value());
}

TEST_CASE("max_output_tokens is counted, and everything else of a response passes through")
{
    const auto job = decode_body(R"({"input":"x","max_output_tokens":50,"n":"?","instructions":"Be brief.",
        "text":{"format":{"type":"text"}},"reasoning":{"effort":"low"},"prompt":{"id":"p"},"messages":[]})");
    REQUIRE(job.has_value());
    CHECK(job->asks.form.output_tokens == config::tokens{50});
    CHECK(job->asks.form.choices == 1);
    CHECK(job->asks.form.parameters ==
          R"({"instructions":"Be brief.","max_output_tokens":50,"messages":[],"n":"?","prompt":{"id":"p"},)"
          R"("reasoning":{"effort":"low"},"text":{"format":{"type":"text"}}})");
    CHECK(explanation(decode_body(R"({"input":"x","max_output_tokens":1.5})"))
              .starts_with("out_of_range: /body/max_output_tokens"));
    CHECK(decode_input("\"x\"")->asks.form.output_tokens == config::tokens{0});
}

TEST_CASE("a record becomes the input of a response by a text, by a template, or by messages")
{
    auto route = route_of(job_form::record, operation::responses);
    CHECK(json_of(decode(route, R"({"body":"Why?"})")) == strings{R"("Why?")"});
    CHECK(json_of(decode(route, R"({"body":["Why?"]})")) == strings{R"("Why?")"});
    CHECK(explanation(decode(route, R"({"body":["Why?","So?"]})")) ==
          "wrong_type: several texts where the input of one response is made of one text");
    route.text = "Q: {{/body}}";
    CHECK(json_of(decode(route, R"({"body":"Why?"})")) == strings{R"("Q: Why?")"});
    route.text.clear();
    route.messages = {{"developer", "Be brief."}, {"user", "/body"}};
    CHECK(json_of(decode(route, R"({"body":"Why?"})")) ==
          strings{R"([{"role":"developer","content":"Be brief."},{"role":"user","content":"Why?"}])"});
}

TEST_CASE("a plain text becomes the input of a response by itself, or by messages")
{
    auto route = route_of(job_form::text, operation::responses);
    route.text = "{{}}";
    CHECK(json_of(decode(route, "Why\nso?")) == strings{R"("Why\nso?")"});
    route.text.clear();
    route.messages = {{"user", "Q: {{}}"}};
    CHECK(json_of(decode(route, "Why?")) == strings{R"([{"role":"user","content":"Q: Why?"}])"});
}

TEST_CASE("a header may set what the route leaves to its records, and it is counted")
{
    auto route = route_of(job_form::record, operation::responses);
    route.overrides = {"max_output_tokens"};
    const auto job = decode(route, R"({"body":"x"})", {{"batchmill-set-max_output_tokens", "70"}});
    REQUIRE(job.has_value());
    CHECK(job->asks.form.output_tokens == config::tokens{70});
    CHECK(refusal(decode(route, R"({"body":"x"})", {{"batchmill-set-max_output_tokens", "-1"}})) ==
          "malformed_override");
}
