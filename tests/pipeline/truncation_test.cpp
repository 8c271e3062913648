// Texts that are truncated, over the whole flow in virtual time.
#include "tests/pipeline/long_input_fixture.hpp"

using namespace config::literals;
using namespace std::chrono_literals;
using pipeline::ending;
using tests::contains;
using tests::header_of;
using tests::limited_model;

TEST_SUITE("truncation")
{
    TEST_CASE_FIXTURE(limited_model,
                      "several long texts in one request are all truncated once they are found")
    {
        route_settings.front().long_inputs = config::long_input_rule::truncate;
        run_several_among_short_ones();
        CHECK(sink.count(ending::result) == 14);
        CHECK(counters.texts_truncated == 3);
        for (const auto& [piece, times] : service.answered) CHECK(times == 1);
    }

    TEST_CASE_FIXTURE(limited_model,
                      "a text that is going to be truncated does not wait for the quota of all of it")
    {
        deployment_settings.max_input_tokens = 100_tok;
        deployment_settings.quota.tokens_per_minute = 12'000_tok;
        route_settings.front().long_inputs = config::long_input_rule::truncate;
        open();
        source.put("documents", R"({"text":")" + std::string(1'000'000, 'x') + R"("})", "long");
        time.advance(2s);
        CHECK(sink.count(ending::result) == 1);
        finish();
    }

    TEST_CASE_FIXTURE(limited_model, "a text is truncated to the limit by estimate, and its result says so")
    {
        deployment_settings.max_input_tokens = 100_tok;
        route_settings.front().long_inputs = config::long_input_rule::truncate;
        run_among_short_ones(std::string(5'000, 'x'));
        CHECK(sink.count(ending::result) == 22);
        CHECK(service.batches == std::vector<std::size_t>{1, 20, 1});
        CHECK(neighbours_asked() == 1);
        CHECK(header_of(long_result(), "batchmill-truncated") == "398/5000");
        CHECK(contains(*long_result().value, R"("truncated":{"bytes":398,"of":5000})"));
        const auto& all = sink.of("documents-out");
        CHECK(std::ranges::count_if(all, [](const pipeline::message& each) {
                  return contains(*each.value, "truncated");
              }) == 1);
    }

    TEST_CASE_FIXTURE(limited_model,
                      "a text that is still too long is cut again by the service's own numbers")
    {
        route_settings.front().long_inputs = config::long_input_rule::truncate;
        tokens_per_byte = 0.5;
        SUBCASE("after the estimate")
        {
            deployment_settings.max_input_tokens = 100_tok;
            run_among_short_ones(std::string(5'000, 'x'));
            CHECK(service.batches == std::vector<std::size_t>{1, 20, 1, 1});
        }
        SUBCASE("where the limit is not known")
        {
            run_among_short_ones(std::string(5'000, 'x'));
            CHECK(service.batches == std::vector<std::size_t>{1, 21, 20, 1, 1});
        }
        CHECK(sink.count(ending::result) == 22);
        CHECK(contains(header_of(long_result(), "batchmill-truncated"), "/5000"));
        const auto kept = std::stoi(header_of(long_result(), "batchmill-truncated"));
        CHECK(kept >= 198);
        CHECK(kept <= 200);
    }

    TEST_CASE_FIXTURE(limited_model, "a limit without a count is enough, and nonsense and silence are borne")
    {
        route_settings.front().long_inputs = config::long_input_rule::truncate;
        tokens_per_byte = 0.5;
        SUBCASE("the limit only") { its_message = says::the_limit; }
        SUBCASE("nothing") { its_message = says::nothing; }
        SUBCASE("nonsense") { its_message = says::nonsense; }
        SUBCASE("numbers of another text") { its_message = says::too_few; }
        run_among_short_ones(std::string(700, 'x'));
        CHECK(sink.count(ending::result) == 22);
        const auto kept = std::stoi(header_of(long_result(), "batchmill-truncated"));
        CHECK(kept > 100);
        CHECK(kept <= 200);
    }

    TEST_CASE_FIXTURE(limited_model, "truncating ends after a few refusals with a dead letter that says so")
    {
        route_settings.front().long_inputs = config::long_input_rule::truncate;
        its_message = says::nothing;
        limit = 10;
        run_among_short_ones(std::string(90'000, 'x'));
        CHECK(sink.count(ending::result) == 21);
        CHECK(sink.count(ending::rejected) == 1);
        CHECK(service.batches.size() == 3 + 7);
        const auto letter = sink.of("documents-dead").at(0);
        CHECK(contains(header_of(letter, "batchmill-reason"), "it was truncated as far as is tried"));
        CHECK(contains(header_of(letter, "batchmill-truncated"), "/90000"));
        CHECK(letter.value->size() > 90'000);
    }

    TEST_CASE_FIXTURE(limited_model, "of a record with several texts the outcome says which were truncated")
    {
        deployment_settings.max_input_tokens = 100_tok;
        route_settings.front().long_inputs = config::long_input_rule::truncate;
        open();
        const std::string text = R"(")" + std::string(1'000, 'x') + R"(")";
        source.put("documents", R"({"text":["short",)" + text + R"(,"brief",)" + text + "]}", "long");
        finish();
        CHECK(header_of(long_result(), "batchmill-truncated") == "1:399/1000 3:399/1000");
        CHECK(contains(*long_result().value, R"("truncated":[{"index":1,"bytes":399,"of":1000},)"
                                             R"({"index":3,"bytes":399,"of":1000}])"));
        CHECK(service.asked.at(R"("short")") == 1);
    }

    TEST_CASE_FIXTURE(limited_model, "a text in a template is cut, and not the template")
    {
        deployment_settings.max_input_tokens = 100_tok;
        auto& route = route_settings.front();
        route.jobs = config::job_form::text;
        route.long_inputs = config::long_input_rule::truncate;
        route.text = "Title: {{}} (the end)";
        SUBCASE("embeddings") {}
        SUBCASE("chat")
        {
            route.asks = config::operation::chat;
            route.text.clear();
            route.messages = {{"system", "Be brief."}, {"user", "Title: {{}} (the end)"}};
            service.rule = nullptr;
        }
        open();
        source.put("documents", std::string(1'000, 'x'), "long");
        finish();
        REQUIRE(service.asked.size() == 1);
        const auto& sent = service.asked.begin()->first;
        CHECK(contains(sent, "Title: xxx"));
        CHECK(contains(sent, "xxx (the end)"));
        CHECK(header_of(long_result(), "batchmill-truncated").starts_with("400/10"));
    }

    TEST_CASE_FIXTURE(limited_model,
                      "token numbers are counted exactly: refused unsent, or cut to the number")
    {
        deployment_settings.max_input_tokens = 3_tok;
        auto& route = route_settings.front();
        route.jobs = config::job_form::batch_line;
        service.rule = nullptr;
        const std::string line = R"({"custom_id":"a","method":"POST","url":"/v1/embeddings",)"
                                 R"("body":{"input":[[1,2,3],[4,5,6,7]]}})";
        SUBCASE("reject")
        {
            open();
            source.put("documents", line, "long");
            finish();
            CHECK(service.batches.empty());
            CHECK(contains(header_of(sink.of("documents-dead").at(0), "batchmill-reason"),
                           "an input of 4 tokens was not sent"));
        }
        SUBCASE("truncate")
        {
            route.long_inputs = config::long_input_rule::truncate;
            open();
            source.put("documents", line, "long");
            finish();
            CHECK(service.asked.contains("[4,5,6]"));
            CHECK(contains(*long_result().value, R"("truncated":[{"index":1,"tokens":3,"of":4}])"));
        }
    }

    TEST_CASE_FIXTURE(limited_model, "the messages of a batch line are never cut")
    {
        deployment_settings.max_input_tokens = 100_tok;
        auto& route = route_settings.front();
        route.jobs = config::job_form::batch_line;
        route.asks = config::operation::chat;
        route.long_inputs = config::long_input_rule::truncate;
        service.rule = [this](const pipeline::request&, int) -> pipeline::result<pipeline::reply> {
            return refusal(200);
        };
        open();
        source.put("documents", R"({"custom_id":"a","method":"POST","url":"/v1/chat/completions","body":)"
                                R"({"messages":[{"role":"user","content":")" +
                                    std::string(800, 'x') + R"("}]}})");
        finish();
        CHECK(service.batches.size() == 1);
        CHECK(contains(header_of(sink.of("documents-dead").at(0), "batchmill-reason"),
                       "it is not of a form that can be truncated"));
    }
}
