#include "worker/progress.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using worker::progress_figures;
using worker::progress_line;
using worker::progress_meter;

namespace {

constexpr config::time_point start{1h};

// A run at a steady pace, measured every so often.
struct run {
    progress_figures measure(config::time_point now) { return meter.measure(counters, done, total, now); }
    void work(std::uint64_t texts)
    {
        counters.inputs_answered += texts;
        counters.tokens_billed += 10 * texts;
        done += static_cast<std::int64_t>(texts);
    }

    progress_meter meter;
    pipeline::stats counters;
    std::int64_t done = 0;
    std::int64_t total = 0;
};

}  // namespace

TEST_CASE_FIXTURE(run, "the first look knows no rate yet")
{
    total = 100;
    done = 40;  // of an earlier run
    const auto first = measure(start);
    CHECK(first.done == 40);
    CHECK(first.total == 100);
    CHECK(first.texts_per_second == 0);
    CHECK(first.tokens_per_minute == 0);
    CHECK_FALSE(first.left);
}

TEST_CASE_FIXTURE(run, "rates are texts per second and tokens per minute")
{
    static_cast<void>(measure(start));
    work(100);
    const auto figures = measure(start + 2s);
    CHECK(figures.texts_per_second == doctest::Approx(50));
    CHECK(figures.tokens_per_minute == doctest::Approx(30'000));
}

TEST_CASE_FIXTURE(run, "rates are those of the last ten seconds: a pause shows and is forgotten")
{
    auto now = start;
    const auto live = [&](config::duration time, std::uint64_t texts_each_half_second) {
        progress_figures last;
        for (const auto until = now + time; now < until;) {
            now += 500ms;
            work(texts_each_half_second);
            last = measure(now);
        }
        return last;
    };
    CHECK(live(1min, 50).texts_per_second == doctest::Approx(100));
    CHECK(live(5s, 0).texts_per_second == doctest::Approx(50).epsilon(0.1));
    CHECK(live(10s, 0).texts_per_second == 0);
    CHECK(live(10s, 20).texts_per_second == doctest::Approx(40));
}

TEST_CASE_FIXTURE(run, "the time left is told from what was finished lately, rounded up")
{
    total = 1'000;
    static_cast<void>(measure(start));
    work(100);
    CHECK(measure(start + 10s).left == 90s);
    work(3);
    CHECK(measure(start + 11s).left.value() > 80s);
}

TEST_CASE_FIXTURE(run, "no time is promised while nothing gets done, at the end, or without an end")
{
    total = 100;
    static_cast<void>(measure(start));
    CHECK_FALSE(measure(start + 5s).left);
    work(100);
    CHECK_FALSE(measure(start + 6s).left);
    total = 0;
    work(100);
    CHECK_FALSE(measure(start + 7s).left);
}

TEST_CASE_FIXTURE(run, "looking twice at one moment changes nothing")
{
    static_cast<void>(measure(start));
    CHECK(measure(start).texts_per_second == 0);
    work(10);
    CHECK(measure(start + 1s).texts_per_second == doctest::Approx(10));
    CHECK(measure(start + 1s).texts_per_second == doctest::Approx(10));
}

TEST_CASE_FIXTURE(run, "429s and dead letters are counted over the whole run")
{
    counters.calls_throttled = 7;
    counters.dead_letters = 3;
    const auto figures = measure(start);
    CHECK(figures.throttled == 7);
    CHECK(figures.dead_letters == 3);
}

TEST_CASE("the line is read by people")
{
    progress_figures figures;
    figures.done = 1'234;
    figures.total = 60'000;
    figures.texts_per_second = 20'480.4;
    figures.tokens_per_minute = 1'000'000;
    figures.throttled = 2;
    figures.dead_letters = 1'000;
    figures.left = 125s;
    CHECK(progress_line(figures) ==
          "1,234 of 60,000 done  20,480 texts/s  1,000,000 tokens/min  2 throttled  1,000 dead letters  "
          "2m 5s left");
}

TEST_CASE("what is not known is left out of the line")
{
    progress_figures figures;
    figures.done = 999;
    CHECK(progress_line(figures) == "999 done  0 texts/s  0 tokens/min  0 throttled  0 dead letters");
}

TEST_CASE("times left are short to read")
{
    const auto ending = [](std::chrono::seconds left) {
        progress_figures figures;
        figures.left = left;
        const auto line = progress_line(figures);
        return line.substr(line.rfind("  ") + 2);
    };
    CHECK(ending(1s) == "1s left");
    CHECK(ending(59s) == "59s left");
    CHECK(ending(60s) == "1m 0s left");
    CHECK(ending(3'599s) == "59m 59s left");
    CHECK(ending(3'600s) == "1h 0m left");
    CHECK(ending(49h + 30min) == "49h 30m left");
}
