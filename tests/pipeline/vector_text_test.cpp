#include "pipeline/vector_text.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <optional>
#include <random>

#include "pipeline/json_document.hpp"

using config::vector_encoding;
using pipeline::append_vector;
using pipeline::embedding;

namespace {

std::string written(const std::vector<float>& values, vector_encoding encoding)
{
    std::string out;
    append_vector(out, embedding{values}, encoding);
    return out;
}

}  // namespace

TEST_CASE("a vector is written as numbers or as base64 of little-endian float32")
{
    const std::vector<float> values{1.0f, -0.5f, 0.25f, 0.0f};
    CHECK(written(values, vector_encoding::json) == "[1,-0.5,0.25,0]");
    CHECK(written(values, vector_encoding::float32) == "\"AACAPwAAAL8AAIA+AAAAAA==\"");
    CHECK(written({}, vector_encoding::json) == "[]");
}

TEST_CASE("a vector that came as base64 is written the same as one that came as numbers")
{
    const std::vector<float> values{1.0f, -0.5f, 0.25f, 0.0f};
    const auto reply = pipeline::shared_bytes::copy_of("AACAPwAAAL8AAIA+AAAAAA==");
    for (const auto encoding :
         {vector_encoding::json, vector_encoding::float32, vector_encoding::float16, vector_encoding::int8}) {
        std::string out;
        append_vector(out, embedding{reply, reply.view(), pipeline::vector_text_form::base64, 4}, encoding);
        CHECK(out == written(values, encoding));
    }
}

TEST_CASE("numbers that came are written as they came, and mean the same in other encodings")
{
    const auto reply = pipeline::shared_bytes::copy_of("1.00,-5e-1,0.2500000001,-0,1e-60");
    const embedding came{reply, reply.view(), pipeline::vector_text_form::numbers, 5};
    std::string out;
    append_vector(out, came, vector_encoding::json);
    CHECK(out == "[1.00,-5e-1,0.2500000001,-0,1e-60]");
    CHECK(came.values() == std::vector<float>{1.0f, -0.5f, 0.25f, -0.0f, 0.0f});
    out.clear();
    append_vector(out, came, vector_encoding::float32);
    CHECK(out == written({1.0f, -0.5f, 0.25f, -0.0f, 0.0f}, vector_encoding::float32));
}

TEST_CASE("a vector that has let go of its reply is the same, in memory of its own")
{
    pipeline::byte_pool pool{1024 * 1024};
    std::optional<embedding> vector;
    {
        auto reply = pool.take(12);
        std::copy_n("AACAPwAAAL8=", 12, reply.data());
        vector.emplace(reply, reply.view(), pipeline::vector_text_form::base64, 2);
    }
    CHECK(pool.idle_bytes() == 0);
    vector->let_go_of_reply();
    CHECK(pool.idle_bytes() > 0);
    CHECK(vector->text_as(pipeline::vector_text_form::base64) == "AACAPwAAAL8=");
    CHECK(vector->values() == std::vector{1.0f, -0.5f});
}

TEST_CASE("vectors survive base64 bit by bit")
{
    const auto seed = std::random_device{}();
    CAPTURE(seed);
    std::mt19937 random{seed};
    std::vector<float> values(1536);
    for (auto& each : values) each = std::bit_cast<float>(static_cast<std::uint32_t>(random()));
    const auto text = written(values, vector_encoding::float32);
    const auto reply = pipeline::shared_bytes::copy_of(std::string_view{text}.substr(1, text.size() - 2));
    const embedding back{reply, reply.view(), pipeline::vector_text_form::base64, values.size()};
    for (std::size_t i = 0; i < values.size(); ++i)
        CHECK(std::bit_cast<std::uint32_t>(back.values()[i]) == std::bit_cast<std::uint32_t>(values[i]));
}
