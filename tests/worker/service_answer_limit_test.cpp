#include <doctest/doctest.h>

#include <limits>
#include <string>

#include "worker/answer_limit.hpp"

using namespace config::literals;
using config::operation;
using worker::longest_answer;

namespace {

pipeline::shape vectors_of(std::optional<std::size_t> dimensions)
{
    pipeline::shape form;
    form.asks = operation::embeddings;
    form.dimensions = dimensions;
    return form;
}

pipeline::shape texts_of(operation asks, std::int64_t tokens)
{
    pipeline::shape form;
    form.asks = asks;
    form.output_tokens = config::tokens{tokens};
    return form;
}

config::bytes limit_of(const pipeline::shape& form, std::size_t pieces = 1, std::string_view piece = "\"a\"")
{
    pipeline::request ask{.form = &form, .pieces = {}};
    ask.pieces.assign(pieces, piece);
    return longest_answer(ask);
}

}  // namespace

TEST_CASE("2,048 vectors of 3,072 dimensions fit, in base64 and pretty-printed")
{
    const auto limit = limit_of(vectors_of(3072), 2048);
    CHECK(limit > config::bytes{2048 * 16'500});
    CHECK(limit > config::bytes{2048L * 3072 * 26});
}

TEST_CASE("a limit grows with what is asked for, and stays near it")
{
    CHECK(limit_of(vectors_of(256)) < 2_MiB);
    CHECK(limit_of(vectors_of(256), 2000) > limit_of(vectors_of(256), 1000));
    CHECK(limit_of(vectors_of(std::nullopt), 1000) > limit_of(vectors_of(256), 1000));
}

TEST_CASE("generated texts fit with the tokens that they may have, their log probabilities and their echo")
{
    auto chat = texts_of(operation::chat, 1000);
    const auto plain = limit_of(chat);
    CHECK(plain < 2_MiB);
    chat.parameters = R"({"logprobs":true,"top_logprobs":20})";
    CHECK(limit_of(chat) > plain + 2_MiB);
    CHECK(limit_of(texts_of(operation::chat, 0)) > 2_MiB);

    auto response = texts_of(operation::responses, 1);
    const auto bare = limit_of(response);
    response.parameters = R"({"instructions":")" + std::string(1'000'000, 'x') + "\"}";
    CHECK(limit_of(response) >= bare + config::bytes{1'000'000});

    auto echo = texts_of(operation::completions, 1);
    const std::string prompt(10'000, 'x');
    const auto without = limit_of(echo, 10, prompt);
    echo.parameters = R"({"echo":true})";
    CHECK(limit_of(echo, 10, prompt) > without + config::bytes{100'000});
}

TEST_CASE("a limit has a limit, whatever a job asks for")
{
    CHECK(limit_of(vectors_of(std::numeric_limits<std::size_t>::max()), 2048) == 512_MiB);
    auto chat = texts_of(operation::chat, std::numeric_limits<std::int64_t>::max());
    chat.parameters = R"({"logprobs":true})";
    chat.choices = std::numeric_limits<std::size_t>::max();
    CHECK(limit_of(chat, 2048) == 512_MiB);
}
