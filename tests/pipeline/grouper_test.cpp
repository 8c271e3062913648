// The rule that groups, without coroutines: what becomes of a batch is decided by hand.
#include <doctest/doctest.h>

#include "tests/pipeline/grouper_fixture.hpp"

using pipeline::errc;
using pipeline::failure;
using pipeline::inquiry;
using tests::grouping;

TEST_SUITE("grouper")
{
    TEST_CASE_FIXTURE(grouping, "questions of several jobs travel together, and each gets its own answers")
    {
        auto& first = ask(documents, {1, 1});
        auto& second = ask(documents, {1});
        CHECK(groups.waiting() == 3);
        const auto all = next();
        CHECK(all.parts.size() == 3);
        CHECK(all.cost == config::tokens{3});
        CHECK(groups.waiting() == 0);
        CHECK(nothing_goes());

        answer(all);
        CHECK(first.done.is_open());
        CHECK(second.done.is_open());
        CHECK_FALSE(first.failed);
        CHECK(first.by.attempts == 1);
        CHECK(first.by.used.total_tokens == 2);
        CHECK(first.by.model == "model-1");
        CHECK(first.by.request_id == "request-7");
        CHECK(groups.lanes() == 0);
    }

    TEST_CASE_FIXTURE(grouping, "a question without pieces is answered at once and leaves nothing behind")
    {
        auto& asked = ask(documents, {});
        CHECK(asked.done.is_open());
        CHECK_FALSE(asked.failed);
        CHECK(groups.lanes() == 0);
    }

    TEST_CASE_FIXTURE(grouping, "questions of different shape never travel together, and take turns")
    {
        pipeline::shape large;
        large.dimensions = 3'072;
        large.parameters = R"({"dimensions":3072})";
        ask(documents, {1});
        ask(documents, {1}, large);
        const auto first = next();
        ask(documents, {1});
        ask(documents, {1}, large);
        const auto second = next();
        CHECK(first.from != second.from);
        CHECK(groups.lanes() == 2);
        answer(first);
        answer(second);
        while (auto more = next(where)) answer(*more);
        CHECK(groups.lanes() == 0);
    }

    TEST_CASE_FIXTURE(grouping, "a kind of request is remembered as long as a call or a refusal needs it")
    {
        ask(documents, {1, 1, 1, 1});
        const auto whole = next();
        CHECK(groups.lanes() == 1);
        fail(whole, errc::refused);
        CHECK(groups.lanes() == 1);
        for (int pieces = 2; pieces > 0; --pieces) {
            CHECK(groups.lanes() == 1);
            answer(next());
        }
        CHECK(groups.lanes() == 0);
    }

    TEST_CASE_FIXTURE(grouping, "a deployment is only given what its routes send there")
    {
        auto& other = add_deployment();
        auto& notes = add_route("notes", {&other});
        ask(documents, {1});
        CHECK_FALSE(next(other));
        ask(notes, {1});
        CHECK(next(other)->parts.size() == 1);
        CHECK(next(where)->parts.size() == 1);
        CHECK_FALSE(next(other));
    }

    TEST_CASE_FIXTURE(grouping, "what a 429 sent back keeps its place and uses up no attempt")
    {
        auto& first = ask(documents, {1, 1});
        for (int i = 0; i < 100; ++i) {
            const auto again = next();
            CHECK(again.parts.size() == 2);
            answer_somebody_else();
            fail(again, errc::throttled);
            CHECK(groups.waiting() == 2);
        }
        ask(documents, {1});
        const auto all = next();
        CHECK(all.parts.front() == &first.parts.front());
        CHECK(all.parts.size() == 3);
        answer(all);
        CHECK(first.by.attempts == 101);
    }

    TEST_CASE_FIXTURE(grouping, "only the refused part fails, with the service's reason")
    {
        std::vector<inquiry*> asked;
        for (int i = 0; i < 8; ++i) asked.push_back(&ask(documents, {1}));
        const auto* bad = &asked[5]->parts.front();
        int calls = 0;
        for (; auto one = next(where); ++calls) {
            if (std::find(one->parts.begin(), one->parts.end(), bad) != one->parts.end())
                fail(*one, failure{errc::refused, "invalid input"}.with_code("invalid_input"));
            else
                answer(*one);
        }
        for (std::size_t i = 0; i < asked.size(); ++i) {
            REQUIRE(asked[i]->done.is_open());
            CHECK(asked[i]->failed.has_value() == (i == 5));
        }
        CHECK(asked[5]->failed->code() == "invalid_input");
        CHECK(calls <= 7);
        CHECK(groups.lanes() == 0);
    }

    TEST_CASE_FIXTURE(grouping, "while a refusal is open its route waits, other routes do not")
    {
        auto& notes = add_route("notes");
        ask(documents, {1, 1, 1, 1});
        fail(next(), errc::refused);
        ask(documents, {1});
        ask(notes, {1});

        const auto half = next();
        CHECK(half.bisected);
        const auto of_notes = next();
        REQUIRE(of_notes.parts.size() == 1);
        CHECK(of_notes.parts.front()->asked_by->way == &notes);
        CHECK(nothing_goes());
        answer(half);
        answer(next());
        const auto later = next();
        CHECK(later.parts.front()->asked_by->way == &documents);
        answer(later);
    }

    TEST_CASE_FIXTURE(grouping,
                      "parts of a blocked route ask for no quota that others would have to wait for")
    {
        deployment_settings.front().quota.tokens_per_minute = config::tokens{600};
        const auto& settings = deployment_settings.front();
        pipeline::deployment narrow{settings, service, quotas.meter_of(settings, 1, start), 1};
        auto& big = add_route("big", {&narrow});
        auto& small = add_route("small", {&narrow});
        ask(big, {1, 1, 1, 1});
        fail(next(narrow).value(), errc::refused);
        const auto half = next(narrow).value();
        ask(big, {500});
        ask(small, {1});
        CHECK(next(narrow)->parts.front()->asked_by->way == &small);
        groups.broken_off(half);
    }

    TEST_CASE_FIXTURE(grouping, "one job's refused part withdraws its others, wherever they are")
    {
        auto& asked = ask(documents, {1, 1, 1});
        const auto* lonely = &asked.parts[0];
        where.learn_max_inputs(1);
        const auto first = next();
        REQUIRE(first.parts.front() == lonely);
        const auto second = next();
        CHECK(groups.waiting() == 1);
        fail(first, errc::refused);
        CHECK(groups.waiting() == 0);
        CHECK_FALSE(asked.done.is_open());  // one is still in flight
        SUBCASE("answered") { answer(second); }
        SUBCASE("throttled") { fail(second, errc::throttled); }
        SUBCASE("refused") { fail(second, errc::refused); }
        SUBCASE("broken off") { groups.broken_off(second); }
        CHECK(asked.done.is_open());
        CHECK(asked.failed->reason() == errc::refused);
        CHECK(nothing_goes());
        CHECK(groups.lanes() == 0);
    }

    TEST_CASE_FIXTURE(grouping, "failures count only while the deployment answers somebody else")
    {
        ask(documents, {1, 1});
        for (int outage = 0; outage < 20; ++outage) {
            const auto whole = next();
            CHECK(whole.parts.size() == 2);
            CHECK_FALSE(whole.bisected);
            fail(whole, errc::transient);
        }
        answer_somebody_else();
        fail(next(), errc::transient);
        answer_somebody_else();
        fail(next(), errc::transient);
        CHECK(next().bisected);
    }

    TEST_CASE_FIXTURE(grouping, "a part on which the service fails alone ends after four attempts that count")
    {
        auto& asked = ask(documents, {1});
        int calls = 0;
        for (; auto one = next(where); ++calls) {
            answer_somebody_else();
            fail(*one, errc::transient);
        }
        CHECK(calls == 4);
        CHECK(asked.failed->reason() == errc::transient);
        CHECK(asked.by.attempts == 4);
    }

    TEST_CASE_FIXTURE(grouping, "a batch that timed out is not sent at that size again")
    {
        ask(documents, std::vector<int>(16, 1));
        fail(next(), errc::timed_out);
        const auto half = next();
        CHECK(half.parts.size() == 8);
        fail(half, errc::timed_out);
        const auto other = next();
        CHECK(other.parts.size() == 8);
        CHECK(next().parts.size() == 4);
    }

    TEST_CASE_FIXTURE(grouping,
                      "a piece of a refused batch that timed out is not sent at that size again either")
    {
        ask(documents, std::vector<int>(16, 1));
        fail(next(), errc::refused);
        const auto half = next();
        REQUIRE(half.parts.size() == 8);
        fail(half, errc::timed_out);
        const auto other_half = next();
        CHECK(other_half.parts.size() == 8);
        answer(other_half);
        CHECK(next().parts.size() == 4);
    }

    TEST_CASE_FIXTURE(grouping, "a batch that is too large is halved until it fits, and the limit is learned")
    {
        auto& asked = ask(documents, std::vector<int>(64, 1));
        fail(next(), failure{errc::too_large, "too many inputs"}.with_max_inputs(16));
        CHECK(where.max_inputs() == 16);
        for (int i = 0; i < 4; ++i) {
            const auto fitting = next();
            CHECK(fitting.parts.size() == 16);
            answer(fitting);
        }
        CHECK(asked.done.is_open());

        auto& huge = ask(documents, {1});
        fail(next(), errc::too_large);
        CHECK(huge.failed->reason() == errc::too_large);
    }

    TEST_CASE_FIXTURE(grouping, "chats and responses never share a request")
    {
        for (const auto asks : {config::operation::chat, config::operation::responses}) {
            pipeline::shape form;
            form.asks = asks;
            ask(documents, {1, 1}, form);
            CHECK(next().parts.size() == 1);
            CHECK(next().parts.size() == 1);
        }
    }
}
