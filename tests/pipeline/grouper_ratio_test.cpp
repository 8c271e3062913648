// What is learnt from bills, and how they are shared.
#include <doctest/doctest.h>

#include "tests/pipeline/grouper_fixture.hpp"

using namespace config::literals;

namespace {

struct billing : tests::grouping {
    /// Bills the batch so many tokens in all.
    void bill(const pipeline::batch& done, std::int64_t tokens)
    {
        pipeline::reply all;
        all.model = "model-1";
        all.used = {tokens, 0, tokens};
        all.answers.assign(done.parts.size(), pipeline::embedding{{1.0f, 0.0f}});
        groups.answered(done, std::move(all), where);
    }
    [[nodiscard]] double ratio(const pipeline::route& way) const
    {
        return where.ratios().known_of(way).per_byte();
    }

    pipeline::route& notes = add_route("notes");
};

}  // namespace

TEST_SUITE("bills")
{
    TEST_CASE_FIXTURE(billing, "bills teach the ratio of the route that the texts came from, and of no other")
    {
        for (int i = 0; i < 10; ++i) {
            ask(documents, std::vector<int>(64, 100));
            bill(next(), 64 * 240);  // of 400 bytes each
        }
        CHECK(ratio(documents) == doctest::Approx(0.6).epsilon(0.05));
        CHECK(ratio(notes) == 0.25);
    }

    TEST_CASE_FIXTURE(billing, "routes whose texts travel together are told apart, and share the bill by it")
    {
        // Each has had some requests of its own: 0.5 tokens a byte, and 0.2.
        for (int i = 0; i < 10; ++i) {
            ask(documents, std::vector<int>(64, 100));
            bill(next(), 64 * 200);
            ask(notes, std::vector<int>(64, 100));
            bill(next(), 64 * 80);
        }
        const auto before = std::pair{ratio(documents), ratio(notes)};
        auto& longer = ask(documents, {100});
        auto& shorter = ask(notes, {100});
        const auto both = next();
        REQUIRE(both.parts.size() == 2);
        bill(both, 280);
        CHECK(longer.by.used.prompt_tokens == doctest::Approx(200).epsilon(0.02));
        CHECK(shorter.by.used.prompt_tokens == doctest::Approx(80).epsilon(0.03));
        CHECK(ratio(documents) == doctest::Approx(before.first).epsilon(0.01));
        CHECK(ratio(notes) == doctest::Approx(before.second).epsilon(0.01));
    }

    TEST_CASE_FIXTURE(billing, "the bill of token numbers, and that of pictures, teaches nothing about texts")
    {
        pipeline::shape form;
        SUBCASE("token numbers")
        {
            form.pieces = pipeline::piece_form::tokens;
            ask(documents, {1000}, form);
        }
        SUBCASE("pictures")
        {
            form.asks = config::operation::chat;
            auto& asked = question(documents, {1000}, form);
            questions.back().pieces.front().has_media = true;
            groups.submit(asked);
        }
        bill(next(), 3'000);
        CHECK(ratio(documents) == 0.25);
    }

    TEST_CASE_FIXTURE(billing, "what services add to each chat is not taken for its text")
    {
        pipeline::shape form;
        form.asks = config::operation::chat;
        for (int i = 0; i < 500; ++i) {
            ask(documents, {20}, form);
            bill(next(), 20 + 7);
        }
        CHECK(ratio(documents) == doctest::Approx(0.25).epsilon(0.01));
    }

    TEST_CASE_FIXTURE(billing, "what the quota is charged with does not follow the ratio")
    {
        for (int i = 0; i < 10; ++i) {
            ask(documents, std::vector<int>(64, 100));
            const auto batch = next();
            CHECK(batch.cost == 6400_tok);
            bill(batch, 64 * 300);
        }
    }
}
