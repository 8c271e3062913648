#include "worker/token_counts.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using pipeline::token_counts;
using worker::read_token_counts;

TEST_CASE("the two numbers are read from the words of each family of servers")
{
    struct known {
        std::string_view message;
        token_counts counts;
    };
    const known all[]{
        {"This model's maximum context length is 8192 tokens. However, your messages resulted in 10383 "
         "tokens. "
         "Please reduce the length of the messages.",
         {8192, 10383}},
        {"This model's maximum context length is 8192 tokens, however you requested 9000 tokens (9000 in "
         "your "
         "prompt; 0 for the completion). Please reduce your prompt; or completion length.",
         {8192, 9000}},
        {"Invalid 'input': maximum context length is 8192 tokens.", {8192, std::nullopt}},
        {"Requested 346134 tokens, max 300000 tokens per request", {300'000, 346'134}},
        {"This model's maximum context length is 512 tokens. However, you requested 1451 tokens in the input "
         "for embedding generation. Please reduce the length of the input.",
         {512, 1451}},
        {"This model's maximum context length is 512 tokens. Input contains at least 513 tokens.",
         {512, std::nullopt}},
        {"Input validation error: `inputs` must have less than 512 tokens. Given: 534", {512, 534}},
        {"request (15022 tokens) exceeds the available context size (1024 tokens), try increasing it",
         {1024, 15022}},
        {"input (600 tokens) is too large to process. increase the physical batch size (current batch size: "
         "512)",
         {512, 600}},
        {"input is too large to process. increase the physical batch size", {0, std::nullopt}},
    };
    for (const auto& each : all) {
        CAPTURE(each.message);
        CHECK(read_token_counts(each.message) == each.counts);
    }
}

TEST_CASE("what is asked for as the answer is taken off a limit that both share")
{
    CHECK(read_token_counts(
              "This model's maximum context length is 4097 tokens, however you requested 4200 tokens "
              "(4100 in your prompt; 100 for the completion).") == token_counts{3997, 4100});
    CHECK(read_token_counts(
              "This model's maximum context length is 16384 tokens. However, you requested 122946 "
              "tokens (112946 in the messages, 10000 in the completion).") == token_counts{6384, 112'946});
    // The answer alone is too long: no prompt is short enough.
    CHECK(read_token_counts(
              "This model's maximum context length is 100 tokens, however you requested 150 tokens "
              "(20 in your prompt; 130 for the completion).") == token_counts{100, 150});
}

TEST_CASE("other messages say nothing of lengths, and numbers may be nonsense")
{
    CHECK_FALSE(read_token_counts(""));
    CHECK_FALSE(read_token_counts("Too many inputs. The max number of inputs is 16."));
    CHECK_FALSE(read_token_counts("the request was refused (12 tokens)"));
    CHECK(read_token_counts("maximum context length is ") == token_counts{0, std::nullopt});
    CHECK(read_token_counts("maximum context length is -7 tokens, resulted in -9") == token_counts{-7, -9});
    CHECK(read_token_counts("maximum context length is 99999999999999999999999 tokens") ==
          token_counts{0, std::nullopt});
}
