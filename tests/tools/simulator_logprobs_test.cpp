#include <doctest/doctest.h>

#include <string>

#include "tests/tools/simulator_service_fixture.hpp"

using tests::json_body;
using tests::post;

namespace {

std::string tokens_in(const json_body& made, const std::string& list, const std::string& member)
{
    std::string text;
    for (std::size_t at = 0; at < made.size(list); ++at)
        text += made.text(list + "/" + std::to_string(at) + member);
    return text;
}

}  // namespace

TEST_CASE("a chat's log probabilities are those of its tokens, with alternatives")
{
    simulator::service service{{}};
    const std::string body =
        R"({"messages":[{"role":"user","content":"Chairs of Ünïcode 🪑"}],"logprobs":true)";
    const json_body made{post(service, tests::classic_chat, body + R"(,"top_logprobs":2})")};
    CHECK(tokens_in(made, "/choices/0/logprobs/content", "/token") ==
          made.text("/choices/0/message/content"));
    CHECK(made.size("/choices/0/logprobs/content/0/top_logprobs") == 2);
    CHECK(made.text("/choices/0/logprobs/content/0/top_logprobs/0/token") == "I");
    CHECK(made.number("/choices/0/logprobs/content/0/bytes/0") == 'I');
    CHECK(made.text("/choices/0/logprobs/refusal") == "(null)");
    REQUIRE(made.at("/choices/0/logprobs/content/0/logprob") != nullptr);
    CHECK(made.at("/choices/0/logprobs/content/0/logprob")->GetDouble() < 0);

    const json_body again{post(service, tests::classic_chat, body + R"(,"top_logprobs":2})")};
    CHECK(again.at("/choices/0/logprobs/content/0/logprob")->GetDouble() ==
          made.at("/choices/0/logprobs/content/0/logprob")->GetDouble());

    const json_body without{post(service, tests::classic_chat, body + "}")};
    CHECK(without.at("/choices/0/logprobs/content/0/top_logprobs") != nullptr);
    CHECK(without.size("/choices/0/logprobs/content/0/top_logprobs") == 0);
}

TEST_CASE("a refusal has log probabilities of its own, and what has no text has none")
{
    const std::string body = R"({"messages":[{"role":"user","content":"x"}],"logprobs":true})";
    const json_body refusal{tests::post_with(R"([{"then":{"refusal":"No."}}])", tests::classic_chat, body)};
    CHECK(refusal.text("/choices/0/logprobs/content") == "(null)");
    CHECK(tokens_in(refusal, "/choices/0/logprobs/refusal", "/token") == "No.");

    const json_body blocked{
        tests::post_with(R"([{"then":{"content_filter":"answer"}}])", tests::classic_chat, body)};
    CHECK(blocked.text("/choices/0/logprobs/content") == "(null)");
}

TEST_CASE("a completion's log probabilities say where each token begins")
{
    simulator::service service{{}};
    const json_body made{post(service, tests::classic_completions,
                              R"({"prompt":"once upon","max_tokens":0,"echo":true,"logprobs":2})")};
    CHECK(tokens_in(made, "/choices/0/logprobs/tokens", "") == "once upon");
    CHECK(made.size("/choices/0/logprobs/tokens") == 2);
    CHECK(made.number("/choices/0/logprobs/text_offset/1") == 4);
    CHECK(made.size("/choices/0/logprobs/token_logprobs") == 2);
    REQUIRE(made.at("/choices/0/logprobs/top_logprobs/1") != nullptr);
    CHECK(made.at("/choices/0/logprobs/top_logprobs/1")->MemberCount() == 2);

    const json_body none{post(service, tests::classic_completions, R"({"prompt":"once","logprobs":null})")};
    CHECK(none.text("/choices/0/logprobs") == "(null)");
}
