// A text that is longer than the model takes, among short ones, as the simulator refuses it.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/support/served_flow.hpp"

using namespace config::literals;
using config::operation;
using pipeline::ending;
using tests::header_of;

namespace {

constexpr int short_texts = 20;

/// Twelve thousand characters that the simulator counts as a token each, at three bytes; the estimate says
/// nine thousand tokens.
std::string long_text()
{
    std::string text;
    for (int i = 0; i < 12'000; ++i) text += "字";
    return text;
}

struct long_among_short {
    explicit long_among_short(operation asks = operation::embeddings)
        : flow{{}, config::api_form::openai, asks}
    {
        flow.deployment.model = flow.deployment.deployment = "text-embedding-3-small";
        flow.deployment.max_concurrency = 1;
    }
    void run()
    {
        flow.put(R"({"text":")" + long_text() + R"("})");
        flow.put_texts(short_texts);
        flow.run();
    }
    [[nodiscard]] simulator::account_totals account() { return flow.service().account().totals(); }
    [[nodiscard]] std::string truncated() const
    {
        for (const auto& each : flow.outcomes())
            if (const auto found = header_of(each.messages.front(), "batchmill-truncated"); !found.empty())
                return found;
        return {};
    }

    tests::served_flow flow;
};

}  // namespace

TEST_CASE_FIXTURE(long_among_short,
                  "a text that is too long is a dead letter, and its neighbours are asked once")
{
    flow.deployment.max_input_tokens = 8192_tok;
    run();
    CHECK(flow.count(ending::result) == short_texts);
    CHECK(flow.count(ending::rejected) == 1);
    CHECK(truncated().empty());
    CHECK(account().refused == std::map<int, std::uint64_t>{{400, 1}});
    CHECK(account().max_asked_per_input == 1);
    CHECK(account().bought_inputs == short_texts);
}

TEST_CASE_FIXTURE(long_among_short,
                  "where the limit is not known its neighbours are refused with it once, and bought once")
{
    run();
    CHECK(flow.count(ending::result) == short_texts);
    CHECK(flow.count(ending::rejected) == 1);
    CHECK(account().max_asked_per_input <= 2);
    CHECK(account().max_bought_per_input == 1);
    CHECK(account().bought_inputs == short_texts);
}

TEST_CASE_FIXTURE(
    long_among_short,
    "a text that is too long is truncated by the estimate, and then by what the service counted")
{
    flow.route.long_inputs = config::long_input_rule::truncate;
    SUBCASE("with a limit") { flow.deployment.max_input_tokens = 8192_tok; }
    SUBCASE("without one") {}
    run();
    CHECK(flow.count(ending::result) == short_texts + 1);
    CHECK(account().max_bought_per_input == 1);
    CHECK(account().bought_inputs == short_texts + 1);
    const auto kept = std::stoi(truncated());
    CHECK(truncated() == std::to_string(kept) + "/36000");
    CHECK(kept % 3 == 0);
    CHECK(kept <= 3 * 8191);
    CHECK(kept > 3 * 8000);
}

TEST_CASE("prompts and the texts of chats and responses are truncated likewise")
{
    for (const auto asks : {operation::completions, operation::chat, operation::responses}) {
        CAPTURE(static_cast<int>(asks));
        long_among_short work{asks};
        work.flow.deployment.model = work.flow.deployment.deployment =
            asks == operation::completions ? "gpt-3.5-turbo-instruct" : "gpt-4o";
        work.flow.route.long_inputs = config::long_input_rule::truncate;
        std::string text;
        for (int i = 0; i < 140'000; ++i) text += "字";
        work.flow.put(R"({"text":")" + text + R"("})");
        work.flow.run();
        CHECK(work.flow.count(ending::result) == 1);
        CHECK(work.truncated().ends_with("/420000"));
    }
}
