#include "pipeline/request_codec.hpp"

#include <doctest/doctest.h>

#include "pipeline/job.hpp"
#include "pipeline/request_parameters.hpp"

using config::operation;
using pipeline::request;
using pipeline::request_overhead;
using pipeline::shape;
using pipeline::write_request;

namespace {

shape shape_of(operation asks, std::string parameters = "{}")
{
    shape form;
    form.asks = asks;
    form.parameters = std::move(parameters);
    return form;
}

}  // namespace

TEST_CASE("one text is written as a string, several as an array")
{
    const auto form = shape_of(operation::embeddings);
    CHECK(write_request({&form, {R"("a")"}}, "") == R"({"input":"a","encoding_format":"base64"})");
    CHECK(write_request({&form, {R"("a")", R"("b")"}}, "") ==
          R"({"input":["a","b"],"encoding_format":"base64"})");
}

TEST_CASE("token arrays are written as they are, and as arrays of arrays")
{
    const auto form = shape_of(operation::completions);
    CHECK(write_request({&form, {"[1,2]"}}, "") == R"({"prompt":[1,2]})");
    CHECK(write_request({&form, {"[1,2]", "[3]"}}, "") == R"({"prompt":[[1,2],[3]]})");
}

TEST_CASE("a chat's messages are the one piece")
{
    const auto form = shape_of(operation::chat, R"({"temperature":0.10})");
    CHECK(write_request({&form, {R"([{"role":"user","content":"x"}])"}}, "gpt \"4\"") ==
          R"({"model":"gpt \"4\"","messages":[{"role":"user","content":"x"}],"temperature":0.10})");
}

TEST_CASE("vectors are asked for as base64 or, where they are published as they come, as numbers")
{
    auto form = shape_of(operation::embeddings, R"({"user":"u"})");
    CHECK(write_request({&form, {R"("a")"}}, "") == R"({"input":"a","encoding_format":"base64","user":"u"})");
    form.vectors = pipeline::vector_text_form::numbers;
    CHECK(write_request({&form, {R"("a")"}}, "") == R"({"input":"a","user":"u"})");
}

TEST_CASE("the input of a response is the one piece, and is not to be stored unless the parameters say so")
{
    const auto plain = shape_of(operation::responses, R"({"instructions":"Be brief."})");
    CHECK(write_request({&plain, {R"("x")"}}, "m") ==
          R"({"model":"m","input":"x","store":false,"instructions":"Be brief."})");
    const auto stored = shape_of(operation::responses, R"({"store":true})");
    CHECK(write_request({&stored, {R"([{"role":"user","content":"x"}])"}}, "m") ==
          R"({"model":"m","input":[{"role":"user","content":"x"}],"store":true})");
    const auto deeper = shape_of(operation::responses, R"({"metadata":{"store":"7"}})");
    CHECK(write_request({&deeper, {R"("x")"}}, "m") ==
          R"({"model":"m","input":"x","store":false,"metadata":{"store":"7"}})");
}

TEST_CASE("the overhead foretells the size of a body")
{
    for (const auto asks :
         {operation::embeddings, operation::completions, operation::chat, operation::responses}) {
        const auto form = shape_of(asks, R"({"user":"u"})");
        for (const std::size_t count : {1u, 2u, 7u}) {
            if (pipeline::has_one_piece(asks) && count > 1) continue;
            const request ask{&form, std::vector<std::string_view>(count, R"("text")")};
            const auto pieces = count * (6 + 1);
            const auto size = write_request(ask, "m").size();
            CHECK(size <= request_overhead(form, "m") + pieces);
            CHECK(size + 3 >= request_overhead(form, "m") + pieces);
        }
    }
}
