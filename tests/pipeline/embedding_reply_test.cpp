#include <doctest/doctest.h>

#include "pipeline/job.hpp"
#include "pipeline/reply_codec.hpp"

using pipeline::embedding;
using pipeline::reply;
using pipeline::result;

namespace {

result<reply> read(std::string body, std::size_t pieces, std::optional<std::size_t> dimensions = std::nullopt)
{
    pipeline::shape form;
    form.dimensions = dimensions;
    const pipeline::request ask{&form, std::vector<std::string_view>(pieces, "\"x\"")};
    return pipeline::read_reply(ask, pipeline::shared_bytes::copy_of(body));
}

std::string code_of(const result<reply>& read) { return read ? "" : read.error().code(); }

std::vector<float> vector_of(const result<reply>& read, std::size_t piece)
{
    return std::get<embedding>(read->answers.at(piece)).values();
}

/// A reply whose `data` is this.
std::string with_data(std::string_view data)
{
    return R"({"object":"list","data":)" + std::string{data} + "}";
}

}  // namespace

TEST_CASE("vectors are read as numbers and as base64, side by side")
{
    const auto got = read(R"({"object":"list","model":"text-embedding-3-large","data":[
        {"object":"embedding","index":0,"embedding":[1.0,-0.5,2.5e-1,0]},
        {"object":"embedding","index":1,"embedding":"AACAPwAAAL8AAIA+AAAAAA=="}],
        "usage":{"prompt_tokens":9,"total_tokens":9}})",
                          2);
    REQUIRE(got.has_value());
    const std::vector<float> expected{1.0f, -0.5f, 0.25f, 0.0f};
    CHECK(vector_of(got, 0) == expected);
    CHECK(vector_of(got, 1) == expected);
    CHECK(got->model == "text-embedding-3-large");
    CHECK(got->used == pipeline::usage{9, 0, 9});
}

TEST_CASE("numbers are kept as they came, without the white space between them")
{
    const auto got = read(R"({"data":[{"index":0,"embedding":[
        1.00,
        -5e-1 , 0
        ]},{"embedding":[0.5,1e0,0],"index":1},{"index":2,"embedding":[ ]}]})",
                          3);
    CHECK(code_of(got) == "wrong_dimensions");
    const auto two = read(R"({"data":[{"index":0,"embedding":[
        1.00,
        -5e-1 , 0
        ]},{"embedding":[0.5,1e0,0],"index":1}]})",
                          2);
    REQUIRE(two.has_value());
    using pipeline::vector_text_form;
    const auto& first = std::get<embedding>(two->answers[0]);
    CHECK(first.text_as(vector_text_form::numbers) == "1.00,-5e-1,0");
    CHECK(first.values() == std::vector<float>{1.0f, -0.5f, 0.0f});
    // A positive exponent may be anything, so that these were read.
    const auto& second = std::get<embedding>(two->answers[1]);
    CHECK(second.text_as(vector_text_form::numbers).empty());
    CHECK(second.values() == std::vector<float>{0.5f, 1.0f, 0.0f});
}

TEST_CASE("base64 is kept to its last letter, whatever white space stands before it and behind it")
{
    const std::string text = "AACAPwAAAL8AAIA+AAAAAA==";
    for (const std::string between : {":", " : ", "\n\t:\r\n  ", ":\n"}) {
        CAPTURE(between);
        const auto got = read(with_data(R"([{"index":0,"embedding")" + between + '"' + text +
                                        "\"  ,\n\"object\":\"embedding\"}]"),
                              1);
        REQUIRE(got.has_value());
        const auto& kept = std::get<embedding>(got->answers.front());
        CHECK(kept.text_as(pipeline::vector_text_form::base64) == text);
        CHECK(kept.values() == std::vector<float>{1.0f, -0.5f, 0.25f, 0.0f});
    }
    for (const std::string short_text : {"", "A", "AA", "AAA"})
        CHECK(code_of(read(with_data(R"([{"index":0,"embedding":")" + short_text + "\"}]"), 1)) ==
              (short_text.empty() ? "zero_vector" : "not_a_vector"));
}

TEST_CASE("base64 with escaped slashes is read")
{
    const auto got = read(with_data(R"([{"index":0,"embedding":"AACAPwAA\/38AAIA\u002b"}])"), 1);
    CHECK(code_of(got) == "not_finite");  // the second value is a NaN, so all of it was decoded
    CHECK(vector_of(read(with_data(R"([{"index":0,"embedding":"AACAPwAAgD\u0038="}])"), 1), 0).size() == 2);
}

TEST_CASE("vectors in any order are joined by index")
{
    const auto got = read(with_data(R"([{"index":2,"embedding":[3]},{"index":0,"embedding":[1]},
                                        {"embedding":[2],"index":1}])"),
                          3);
    REQUIRE(got.has_value());
    for (std::size_t i = 0; i < 3; ++i) CHECK(vector_of(got, i) == std::vector{static_cast<float>(i + 1)});
}

TEST_CASE("a reply without any index is accepted where the count matches")
{
    const auto got = read(with_data(R"([{"embedding":[1]},{"embedding":[2]}])"), 2);
    REQUIRE(got.has_value());
    CHECK(vector_of(got, 1) == std::vector{2.0f});
    CHECK(code_of(read(with_data(R"([{"embedding":[1]}])"), 2)) == "count_mismatch");
}

TEST_CASE("a batch with a doubled, missing or impossible index is refused")
{
    CHECK(code_of(read(with_data(R"([{"index":1,"embedding":[1]},{"index":1,"embedding":[2]}])"), 2)) ==
          "doubled_index");
    CHECK(code_of(read(with_data(R"([{"index":0,"embedding":[1]},{"embedding":[2]}])"), 2)) ==
          "missing_index");
    CHECK(code_of(read(with_data(R"([{"index":0,"embedding":[1]},{"index":5,"embedding":[2]}])"), 2)) ==
          "index_out_of_range");
    CHECK(code_of(read(with_data("[]"), 1)) == "count_mismatch");
}

TEST_CASE("vectors of the wrong size are refused")
{
    CHECK(code_of(read(with_data(R"([{"index":0,"embedding":[1,2]}])"), 1, 3)) == "wrong_dimensions");
    CHECK(code_of(read(with_data(R"([{"index":0,"embedding":[1,2]},{"index":1,"embedding":[1]}])"), 2)) ==
          "wrong_dimensions");
    CHECK(code_of(read(with_data(R"([{"index":0,"embedding":[1,2]}])"), 1, 2'000'000'000)) ==
          "wrong_dimensions");
}

TEST_CASE("empty and zero vectors are refused")
{
    CHECK(code_of(read(with_data(R"([{"index":0,"embedding":[]}])"), 1)) == "zero_vector");
    CHECK(code_of(read(with_data(R"([{"index":0,"embedding":""}])"), 1)) == "zero_vector");
    CHECK(code_of(read(with_data(R"([{"index":0,"embedding":[0,-0.0,0e5]}])"), 1)) == "zero_vector");
    CHECK(code_of(read(with_data(R"([{"index":0}])"), 1)) == "missing_answer");
    CHECK(code_of(read(with_data(R"([{"index":0,"embedding":null}])"), 1)) == "missing_answer");
}

TEST_CASE("values that are not finite are refused in every spelling")
{
    CHECK(code_of(read(with_data(R"([{"index":0,"embedding":[1,null]}])"), 1)) == "not_finite");
    CHECK(code_of(read(with_data(R"([{"index":0,"embedding":[1,1e39]}])"), 1)) == "not_finite");
    CHECK(code_of(read(with_data(R"([{"index":0,"embedding":[1,-1e999]}])"), 1)) == "not_finite");
    CHECK(code_of(read(with_data(R"([{"index":0,"embedding":[1,NaN]}])"), 1)) == "not_json");
    CHECK(code_of(read(with_data(R"([{"index":0,"embedding":"AADAfwAAgD8="}])"), 1)) == "not_finite");
    CHECK(code_of(read(with_data(R"([{"index":0,"embedding":"AACAfwAAgD8="}])"), 1)) == "not_finite");
}

TEST_CASE("what is no vector is refused")
{
    for (const auto* vector : {R"("AACA")", R"("no base64!")", "[1,\"2\"]", "[[1]]", "[{}]", "[true]"}) {
        CAPTURE(std::string{vector});
        CHECK(code_of(read(with_data(R"([{"index":0,"embedding":)" + std::string{vector} + "}]"), 1)) ==
              "not_a_vector");
    }
}

TEST_CASE("an error inside of a 200 is told as one")
{
    const auto got = read(R"({"error":{"message":"overloaded","code":503},"data":[]})", 1);
    CHECK(code_of(got) == "error_in_200");
    CHECK(got.error().detail() == "status 200 with an error: overloaded");
    CHECK(got.error().reason() == pipeline::errc::transient);
    CHECK(code_of(read(R"({"error":"busy"})", 1)) == "error_in_200");
    CHECK(code_of(read(R"({"error":null,"data":[{"index":0,"embedding":[1]}]})", 1)).empty());
}

TEST_CASE("bodies that are no reply are refused")
{
    CHECK(code_of(read("", 1)) == "not_json");
    CHECK(code_of(read("<html><body>502 Bad Gateway</body></html>", 1)) == "not_json");
    CHECK(code_of(read("{}", 1)) == "missing_data");
    CHECK(code_of(read("[]", 1)) == "missing_data");
    CHECK(code_of(read(R"({"detail":"Not Found"})", 1)) == "missing_data");
    CHECK(code_of(read(R"({"data":{}})", 1)) == "missing_data");
    CHECK(code_of(read(with_data(R"([{"index":0,"embedding":[1]}])") + "x", 1)) == "not_json");
    CHECK(code_of(read(with_data(R"([{"index":0,"embedding":[1]}])") + std::string("\0x", 2), 1)) ==
          "not_json");
    CHECK(code_of(read(std::string(1'000'000, '['), 1)) == "not_json");
    CHECK(code_of(read(R"({"model":"\ud800","data":[{"index":0,"embedding":[1]}]})", 1)) == "not_json");
}

TEST_CASE("a body that breaks off anywhere is refused")
{
    const std::string whole =
        with_data(R"([{"index":0,"embedding":[1,2.5]},{"index":1,"embedding":"AACAPwAAgD8="}])");
    REQUIRE(read(whole, 2).has_value());
    for (std::size_t length = 0; length < whole.size(); ++length) {
        CAPTURE(length);
        CHECK_FALSE(read(whole.substr(0, length), 2).has_value());
    }
}

TEST_CASE("missing or senseless usage counts as none")
{
    const std::string data = R"({"data":[{"index":0,"embedding":[1]}])";
    CHECK(read(data + "}", 1)->used == pipeline::usage{});
    CHECK(read(data + R"(,"usage":null})", 1)->used == pipeline::usage{});
    CHECK(read(data + R"(,"usage":{"prompt_tokens":-5,"total_tokens":9223372036854775807}})", 1)->used ==
          pipeline::usage{});
    CHECK(read(data + R"(,"usage":{"prompt_tokens":5,"details":{"prompt_tokens":7}}})", 1)->used ==
          pipeline::usage{5, 0, 5});
}

TEST_CASE("members that nobody told us about are passed over")
{
    const auto got = read(R"({"data":[{"index":0,"extra":{"index":7,"embedding":[9]},"embedding":[1]}],
                              "data2":[{"index":0}],"meta":{"data":[1],"model":"no"},"model":"yes"})",
                          1);
    REQUIRE(got.has_value());
    CHECK(vector_of(got, 0) == std::vector{1.0f});
    CHECK(got->model == "yes");
}
