#include <doctest/doctest.h>

#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "tools/simulator/base64.hpp"
#include "tools/simulator/embedding.hpp"
#include "tools/simulator/token_count.hpp"

namespace {

std::vector<float> vector_of(std::string_view text, std::size_t dimensions = 256)
{
    std::vector<float> vector(dimensions);
    simulator::embed(text, vector);
    return vector;
}

double similarity(std::string_view a, std::string_view b)
{
    const auto left = vector_of(a);
    const auto right = vector_of(b);
    return std::inner_product(left.begin(), left.end(), right.begin(), 0.0);
}

}  // namespace

TEST_CASE("a vector has the length one, whatever the text")
{
    for (const std::string text : {"one two three", "a", "...", "\xE4\xBD\xA0\xE5\xA5\xBD", "  "}) {
        for (const auto dimensions : {1UL, 3UL, 256UL, 1536UL}) {
            CAPTURE(text);
            CAPTURE(dimensions);
            const auto vector = vector_of(text, dimensions);
            const auto square = std::inner_product(vector.begin(), vector.end(), vector.begin(), 0.0);
            CHECK(std::abs(square - 1) < 1e-5);
        }
    }
}

TEST_CASE("a text always has the same vector, and another text another")
{
    CHECK(vector_of("a library for reading archives") == vector_of("a library for reading archives"));
    CHECK(vector_of("a library for reading archives") != vector_of("a library for writing archives"));
    CHECK(vector_of("...") != vector_of("!!!"));
}

TEST_CASE("texts about the same are nearer than texts about something else")
{
    const std::string archive = "library for reading and writing compressed archives";
    const std::string other_archive = "command line program that reads compressed archives";
    const std::string music = "graphical music player with playlists and lyrics";

    CHECK(similarity(archive, other_archive) > similarity(archive, music) + 0.2);
    CHECK(similarity(archive, "Library for READING, and writing; compressed archives!") > 0.99);
}

TEST_CASE("base64 of float32 is that of the service")
{
    std::string text;
    simulator::append_base64(text, std::vector{1.0F, -0.5F, 0.25F, 0.0F});
    CHECK(text == "AACAPwAAAL8AAIA+AAAAAA==");

    text.clear();
    simulator::append_base64(text, std::vector{1.0F, -0.5F});
    CHECK(text == "AACAPwAAAL8=");
    text.clear();
    simulator::append_base64(text, std::vector{1.0F, -0.5F, 0.25F});
    CHECK(text == "AACAPwAAAL8AAIA+");
    text.clear();
    simulator::append_base64(text, {});
    CHECK(text.empty());
}

TEST_CASE("tokens come near a real tokenizer on English and are dearer elsewhere")
{
    const std::string english =
        "Batch workers read records from a queue, group their texts into requests, and publish the answers.";
    const auto bytes_a_token =
        static_cast<double>(english.size()) / static_cast<double>(simulator::count_tokens(english));
    CHECK(bytes_a_token > 3.8);
    CHECK(bytes_a_token < 5);

    CHECK(simulator::count_tokens("") == 0);
    CHECK(simulator::count_tokens("{}();") == 5);
    CHECK(simulator::count_tokens("123456") == 2);
    CHECK(simulator::count_tokens("\xE4\xBD\xA0\xE5\xA5\xBD") == 2);
}

TEST_CASE("the first tokens of a text end between characters")
{
    CHECK(simulator::first_tokens("one two three", 2) == "one two");
    CHECK(simulator::first_tokens("one", 5) == "one");
    CHECK(simulator::first_tokens("one", 0).empty());
    CHECK(simulator::first_tokens("\xE4\xBD\xA0\xE5\xA5\xBD", 1) == "\xE4\xBD\xA0");
}
