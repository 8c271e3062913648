// Texts that are longer than the model takes, over the whole flow in virtual time: who is held up by them.
#include "tests/pipeline/long_input_fixture.hpp"

using namespace config::literals;
using namespace std::chrono_literals;
using pipeline::ending;
using pipeline::errc;
using pipeline::failure;
using tests::contains;
using tests::header_of;
using tests::limited_model;

TEST_SUITE("long inputs")
{
    TEST_CASE_FIXTURE(limited_model,
                      "a text above the limit by estimate is sent alone, and only it becomes a dead letter")
    {
        deployment_settings.max_input_tokens = 100_tok;
        run_among_short_ones(std::string(500, 'x'));

        CHECK(sink.count(ending::result) == 21);
        CHECK(sink.count(ending::rejected) == 1);
        CHECK(service.batches == std::vector<std::size_t>{1, 20, 1});
        CHECK(neighbours_asked() == 1);
        const auto letter = sink.of("documents-dead").at(0);
        CHECK(header_of(letter, "batchmill-code") == "context_length_exceeded");
        CHECK(header_of(letter, "batchmill-status") == "400");
        CHECK(
            header_of(letter, "batchmill-reason") ==
            "too many tokens; the text has 500 bytes, about 126 tokens by estimate, and max_input_tokens of "
            "deployment vectors is 100; shorten it, or set \"long_inputs\": \"truncate\" on route documents");
        CHECK(header_of(letter, "batchmill-truncated").empty());
    }

    TEST_CASE_FIXTURE(limited_model, "where the limit is not known the long text is set apart by one refusal")
    {
        run_among_short_ones(std::string(500, 'x'));
        CHECK(sink.count(ending::result) == 21);
        CHECK(sink.count(ending::rejected) == 1);
        CHECK(service.batches == std::vector<std::size_t>{1, 21, 20, 1});
        for (const auto& [piece, times] : service.answered) CHECK(times == 1);
        CHECK(contains(header_of(sink.of("documents-dead").at(0), "batchmill-reason"), "vectors is not set"));
    }

    TEST_CASE_FIXTURE(limited_model, "several long texts in one request are found by halving it")
    {
        run_several_among_short_ones();
        CHECK(sink.count(ending::result) == 11);
        CHECK(sink.count(ending::rejected) == 3);
        for (const auto& [piece, times] : service.answered) CHECK(times == 1);
    }

    TEST_CASE_FIXTURE(limited_model, "a text that fits although the estimate says otherwise is not refused")
    {
        deployment_settings.max_input_tokens = 100_tok;
        tokens_per_byte = 0.1;
        run_among_short_ones(std::string(900, 'x'));
        CHECK(sink.count(ending::result) == 22);
        CHECK(sink.count(ending::rejected) == 0);
        CHECK(neighbours_asked() == 1);
    }

    TEST_CASE_FIXTURE(limited_model, "a text that cannot fit by any reckoning is refused without being sent")
    {
        deployment_settings.max_input_tokens = 100_tok;
        run_among_short_ones(std::string(3'201, 'x'));
        CHECK(sink.count(ending::result) == 21);
        CHECK(service.batches == std::vector<std::size_t>{1, 20});
        const auto letter = sink.of("documents-dead").at(0);
        CHECK(header_of(letter, "batchmill-class") == "rejected");
        CHECK(header_of(letter, "batchmill-code") == "context_length_exceeded");
        CHECK(header_of(letter, "batchmill-status").empty());
        CHECK(
            header_of(letter, "batchmill-reason") ==
            "a text of 3201 bytes, about 801 tokens by estimate was not sent: max_input_tokens of deployment "
            "vectors is 100; shorten it, or set \"long_inputs\": \"truncate\" on route documents");
    }

    TEST_CASE_FIXTURE(limited_model, "once the ratio is learnt, no request is above the limit of a request")
    {
        tokens_per_byte = 0.6;
        limit = 8'192;
        deployment_settings.max_request_tokens = 300'000_tok;
        std::int64_t most = 0;
        int refused = 0;
        service.rule = [&](const pipeline::request& ask, int) -> pipeline::result<pipeline::reply> {
            auto made = answer(ask);
            REQUIRE(made.has_value());
            most = std::max(most, made->used.prompt_tokens);
            if (made->used.prompt_tokens <= 300'000) return made;
            ++refused;
            return failure{errc::too_large, "too many tokens in all"};
        };
        open();
        const auto put_texts = [this](int count, std::size_t bytes) {
            for (int i = 0; i < count; ++i)
                source.put("documents", R"({"text":")" + std::string(bytes, 'x') + R"("})");
            time.advance(10s);
        };
        put_texts(200, 400);
        CHECK(deployment->ratios().known_of(routes.front()).per_byte() == doctest::Approx(0.6).epsilon(0.05));
        put_texts(600, 4'000);
        finish();
        CHECK(sink.count(ending::result) == 800);
        CHECK(refused == 0);
        CHECK(most <= 300'000);
        CHECK(most > 200'000);
    }
}
