// Jobs of more than one step, text or record: what the seams are for.
#include <doctest/doctest.h>

#include "pipeline/outcome_codec.hpp"
#include "tests/support/flow_rig.hpp"

using namespace std::chrono_literals;
using pipeline::ending;

namespace {

/// Asks for the vector of a text, then for a chat answer about it; publishes three records.
class embed_then_chat final : public pipeline::procedure {
public:
    pipeline::lazy<pipeline::result<std::vector<pipeline::message>>> run(
        pipeline::task& what, pipeline::calls& service) const override
    {
        const auto vectors = co_await service.embed(what.work.asks);
        if (!vectors) co_return vectors.error();

        pipeline::question second;
        second.form.asks = config::operation::chat;
        const auto seen = std::to_string(static_cast<int>(vectors->front().values().front()));
        second.pieces.push_back(
            {pipeline::json_slice{R"([{"role":"user","content":")" + seen + R"("}])"}, seen.size()});
        const auto answers = co_await service.generate(second);
        if (!answers) co_return answers.error();

        std::vector<pipeline::message> three;
        for (const char* name : {"vector", "question", "answer"}) {
            pipeline::message one;
            one.topic = what.route.to;
            one.key = what.source.key;
            one.value = std::string{name} + " " + seen + " " + answers->front().choices.front().content;
            three.push_back(std::move(one));
        }
        co_return three;
    }
};

struct one_route : tests::flow_rig {
    one_route() { add_route("documents"); }
};

}  // namespace

TEST_SUITE("procedures")
{
    TEST_CASE_FIXTURE(one_route,
                      "a job embeds, then chats with what came back, and publishes three records together")
    {
        const embed_then_chat steps;
        open(&steps);
        source.put("documents", R"({"text":"hello"})", "key");
        finish();

        REQUIRE(sink.published.size() == 1);
        const auto& end = sink.published.front();
        REQUIRE(end.messages.size() == 3);
        CHECK(service.asked.contains(R"([{"role":"user","content":"7"}])"));
        CHECK(end.messages[2].value->starts_with("answer 7 "));
        CHECK(end.messages[2].key == "key");
        CHECK(tests::header_of(end.messages[0], "batchmill-outcome-id") == "documents/documents/0/0/0");
        CHECK(tests::header_of(end.messages[2], "batchmill-outcome-id") == "documents/documents/0/0/2");
        CHECK(source.closed.size() == 1);
    }

    TEST_CASE_FIXTURE(one_route, "usage and attempts of a job are summed over its calls")
    {
        const embed_then_chat steps;
        open(&steps);
        source.put("documents", R"({"text":"hello"})");
        finish();

        REQUIRE(sink.published.size() == 1);
        const std::string chat = R"([{"role":"user","content":"7"}])";
        CHECK(sink.published[0].by.attempts == 2);
        CHECK(sink.published[0].by.used.total_tokens == static_cast<std::int64_t>(7 + chat.size()));
    }

    TEST_CASE_FIXTURE(one_route, "many jobs of two steps share the requests of the first")
    {
        const embed_then_chat steps;
        deployment_settings.max_concurrency = 1;
        open(&steps);
        put("documents", 100);
        finish();
        CHECK(sink.count(ending::result) == 100);
        CHECK(service.batches.size() <= 1 + 1 + 100 + 1);
    }

    TEST_CASE_FIXTURE(one_route, "a job of 5,000 texts is one outcome")
    {
        route_settings.front().text = "/texts";
        deployment_settings.max_inputs = 256;
        open();
        std::string texts;
        for (int i = 0; i < 5'000; ++i) texts += (i ? ",\"text " : "\"text ") + std::to_string(i) + "\"";
        source.put("documents", R"({"texts":[)" + texts + "]}");
        finish();

        REQUIRE(sink.published.size() == 1);
        CHECK(sink.count(ending::result) == 1);
        CHECK(service.asked.size() == 5'000);
        CHECK(service.batches.size() <= 5'000 / 256 + 2);
        CHECK(sink.published[0].by.attempts == service.batches.size());
    }

    TEST_CASE_FIXTURE(one_route,
                      "one refused text of 5,000 makes the whole job a dead letter and withdraws the rest")
    {
        route_settings.front().text = "/texts";
        deployment_settings.max_inputs = 64;
        deployment_settings.max_concurrency = 1;
        service.refuse_with("bad");
        open();
        std::string texts = R"("bad")";
        for (int i = 0; i < 4'999; ++i) texts += ",\"text " + std::to_string(i) + "\"";
        source.put("documents", R"({"texts":[)" + texts + "]}");
        put("documents", 0);
        finish();

        CHECK(sink.count(ending::rejected) == 1);
        CHECK(service.asked.size() < 5'000);
        CHECK(source.closed.size() == 1);
    }
}
