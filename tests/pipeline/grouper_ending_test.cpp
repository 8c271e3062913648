// How questions end that are not simply answered: deadlines, stopped routes, a worker that stops.
#include <doctest/doctest.h>

#include "tests/pipeline/grouper_fixture.hpp"

using namespace std::chrono_literals;
using pipeline::errc;
using pipeline::failure;
using tests::grouping;

TEST_SUITE("grouper endings")
{
    TEST_CASE_FIXTURE(grouping, "what waits past its deadline expires")
    {
        auto& early = ask_until(now + 10s, documents, {1, 1});
        auto& late = ask_until(now + 20s, documents, {1});
        CHECK(groups.expire(now) == now + 10s);
        CHECK(groups.expire(now + 10s) == now + 20s);
        CHECK(early.done.is_open());
        CHECK(early.failed->reason() == errc::expired);
        CHECK(groups.waiting() == 1);
        CHECK_FALSE(late.done.is_open());
        answer(next());
        CHECK_FALSE(late.failed);
        CHECK(groups.expire(now + 1h) == config::time_point::max());
    }

    TEST_CASE_FIXTURE(grouping, "what is in flight at its deadline is taken when it comes, and not repeated")
    {
        auto& asked = ask_until(now + 10s, documents, {1, 1});
        const auto all = next();
        groups.expire(now + 10s);
        CHECK_FALSE(asked.done.is_open());
        SUBCASE("answered")
        {
            answer(all);
            CHECK_FALSE(asked.failed);
        }
        SUBCASE("throttled") { fail(all, errc::throttled); }
        SUBCASE("transient") { fail(all, errc::transient); }
        SUBCASE("timed out") { fail(all, errc::timed_out); }
        SUBCASE("refused") { fail(all, errc::refused); }
        SUBCASE("too large") { fail(all, errc::too_large); }
        CHECK(asked.done.is_open());
        if (asked.failed) CHECK(asked.failed->reason() == errc::expired);
        CHECK(nothing_goes());
        CHECK(groups.waiting() == 0);
        CHECK(groups.lanes() == 0);
    }

    TEST_CASE_FIXTURE(grouping,
                      "a job with parts in flight and parts that wait expires when the call has ended")
    {
        where.learn_max_inputs(1);
        auto& asked = ask_until(now + 10s, documents, {1, 1});
        const auto one = next();
        groups.expire(now + 10s);
        CHECK(groups.waiting() == 0);
        CHECK_FALSE(asked.done.is_open());
        answer(one);
        CHECK(asked.done.is_open());
        CHECK(asked.failed->reason() == errc::expired);
    }

    TEST_CASE_FIXTURE(grouping, "a deadline takes parts out of a refusal, and lets its route go on")
    {
        auto& refused = ask_until(now + 10s, documents, {1, 1, 1, 1});
        fail(next(), errc::refused);
        auto& other = ask(documents, {1});
        groups.expire(now + 10s);
        CHECK(refused.done.is_open());
        answer(next());
        CHECK(other.done.is_open());
        CHECK(groups.lanes() == 0);
    }

    TEST_CASE_FIXTURE(grouping, "a route that is stopped gives up all it waits for, and nothing else")
    {
        auto& notes = add_route("notes");
        auto& waiting = ask(documents, {1, 1});
        auto& other = ask(notes, {1});
        groups.abandon(documents);
        CHECK(waiting.done.is_open());
        CHECK(waiting.failed->reason() == errc::abandoned);
        CHECK(groups.waiting() == 1);
        answer(next());
        CHECK_FALSE(other.failed);
    }

    TEST_CASE_FIXTURE(grouping, "a route that is stopped while its batch is refused blocks nobody")
    {
        auto& notes = add_route("notes");
        ask(documents, {1, 1, 1});
        auto& other = ask(notes, {1});
        fail(next(), errc::refused);
        CHECK_FALSE(other.done.is_open());
        SUBCASE("while nothing is in flight") { groups.abandon(documents); }
        SUBCASE("while a half is in flight")
        {
            const auto half = next();
            groups.abandon(documents);
            SUBCASE("which is answered") { answer(half); }
            SUBCASE("which is refused") { fail(half, errc::refused); }
            SUBCASE("which fails") { fail(half, errc::transient); }
            SUBCASE("which is throttled") { fail(half, errc::throttled); }
            SUBCASE("which is broken off") { groups.broken_off(half); }
        }
        while (auto rest = next(where)) answer(*rest);
        CHECK(inquiries[0].failed->reason() == errc::abandoned);
        CHECK(other.done.is_open());
        CHECK(groups.lanes() == 0);
    }

    TEST_CASE_FIXTURE(grouping, "a failure that no job of a route survives stops every route of the batch")
    {
        auto& notes = add_route("notes");
        auto& letters = add_route("letters");
        auto& first = ask(documents, {1});
        auto& second = ask(notes, {1});
        const auto both = next();
        auto& waits = ask(documents, {1});
        auto& other = ask(letters, {1});
        fail(both, failure{errc::route_stopped, "unknown parameter"});
        CHECK(stops == std::vector<std::string>{"unknown parameter", "unknown parameter"});
        for (const auto* each : {&first, &second, &waits}) {
            REQUIRE(each->done.is_open());
            CHECK(each->failed->reason() == errc::abandoned);
        }
        answer(next());
        CHECK_FALSE(other.failed);
        CHECK(groups.lanes() == 0);
    }

    TEST_CASE_FIXTURE(grouping, "a question to a route that has stopped meanwhile is given up at once")
    {
        documents.stop("refused too often");
        auto& asked = ask(documents, {1});
        CHECK(asked.done.is_open());
        CHECK(asked.failed->reason() == errc::abandoned);
        CHECK(groups.waiting() == 0);
        CHECK(groups.lanes() == 0);
    }

    TEST_CASE_FIXTURE(grouping, "a vector that does not fit its topic stops the route within the landing")
    {
        auto& good = ask(documents, {1});
        answer(next());
        CHECK_FALSE(good.failed);

        auto& notes = add_route("notes");
        auto& first = ask(documents, {1, 1});
        auto& second = ask(documents, {1});
        auto& other = ask(notes, {1});
        const auto mixed = next();
        auto& waits = ask(documents, {1});
        SUBCASE("another model") { answer(mixed, "model-2"); }
        SUBCASE("other dimensions") { answer(mixed, "model-1", 3); }
        CHECK(stops.size() == 1);
        for (const auto* each : {&first, &second, &waits}) {
            REQUIRE(each->done.is_open());
            CHECK(each->failed->reason() == errc::abandoned);
        }
        CHECK(other.done.is_open());
        CHECK_FALSE(other.failed);  // a topic of its own
        CHECK(groups.waiting() == 0);
        CHECK(groups.lanes() == 0);
    }

    TEST_CASE_FIXTURE(grouping,
                      "a vector that does not fit stops the route within the landing of a refused half")
    {
        ask(documents, {1});
        answer(next());
        ask(documents, {1, 1, 1, 1});
        fail(next(), errc::refused);
        answer(next(), "model-2");
        CHECK(stops.size() == 1);
        CHECK(inquiries.back().failed->reason() == errc::abandoned);
        CHECK(nothing_goes());
        CHECK(groups.lanes() == 0);
    }

    TEST_CASE_FIXTURE(grouping, "a text of another model is a warning")
    {
        const auto generate = [&](const std::string& model) {
            pipeline::shape chat;
            chat.asks = config::operation::chat;
            auto& asked = ask(documents, {1}, chat);
            pipeline::reply one;
            one.model = model;
            one.answers.emplace_back(pipeline::generation{});
            groups.answered(next(), std::move(one), where);
            CHECK_FALSE(asked.failed);
        };
        generate("chat-2024-08-06");
        generate("chat-2024-08-06");
        CHECK(groups.models_changed() == 0);
        generate("chat-2024-11-20");
        CHECK(groups.models_changed() == 1);
        CHECK(stops.empty());
    }

    TEST_CASE_FIXTURE(grouping, "a worker that stops leaves every question open, also what is asked later")
    {
        where.learn_max_inputs(1);
        auto& asked = ask(documents, {1, 1});
        const auto one = next();
        groups.abandon_all();
        CHECK_FALSE(asked.done.is_open());
        groups.broken_off(one);
        CHECK(asked.done.is_open());
        CHECK(asked.failed->reason() == errc::abandoned);

        auto& second_step = ask(documents, {1});
        CHECK(second_step.done.is_open());
        CHECK(second_step.failed->reason() == errc::abandoned);
        CHECK(groups.lanes() == 0);
    }
}
